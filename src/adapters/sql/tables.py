"""The schema, once: statements and migrations are checked against it.

Instants, amounts and enums are canonical text. A key is the natural key itself where several nodes may
make the same thing (a candle, a listing, a strategy), and a UUIDv7 where each makes its own; never a
counter of this node. A UUIDv5 of the natural key would say the same in fewer words, less readably and
out of order. Nothing but the key is unique and no table refers to another: rows of several nodes must
be able to arrive in any order.
Tables without a rowid are stored in the order of their key; `fills` and `outbox` keep the rowid, which
is the order of recording. In PostgreSQL the migrations give these two a column of that name, and every
text sorts by its bytes, as in SQLite.
"""

from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, text

from domain.trading.order import OrderStatus

metadata = MetaData()

TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str) -> Column[str]:
    return Column(name, TEXT, primary_key=True, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, TEXT, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, TEXT, nullable=True)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _table(name: str, *columns: Column[Any], rowid: bool = False) -> Table:
    return Table(name, metadata, *columns, sqlite_with_rowid=rowid)


symbols = _table("symbols", _key("name"), _text("price_tick"), _text("quantity_step"), _text("minimum_notional"))

candles = _table(
    "candles",
    *(_key("symbol"), _key("timeframe"), _key("open_time")),
    *(_text("open"), _text("high"), _text("low"), _text("close"), _text("volume")),
)

candle_gaps = _table("candle_gaps", _key("symbol"), _key("timeframe"), _key("start_time"), _key("end_time"))

listings = _table("listings", _key("symbol"), _text("listed_at"))

orders = _table(
    "orders",
    *(_key("id"), _text("symbol"), _text("side"), _text("type"), _text("quantity")),
    *(_maybe("limit_price"), _maybe("stop_price"), _text("mode"), _text("status"), _text("filled_quantity")),
    *(_text("decision"), _maybe("placed_by"), _maybe("strategy"), _maybe("reason")),
    *(_text("created_at"), _text("updated_at"), _maybe("expires_at")),
)

fills = _table(
    "fills",
    *(_key("id"), _text("order_id"), _text("symbol"), _text("side"), _text("price"), _text("quantity")),
    *(_text("fee"), _text("executed_at"), _text("mode"), _maybe("strategy")),
    rowid=True,
)

idempotency_keys = _table("idempotency_keys", _key("user_id"), _key("key"), _text("order_id"), _text("fingerprint"))

ONLY = "account"
"""The key of the single row of a table that holds one."""

accounts = _table(
    "accounts", _key("scope"), _text("mode"), _text("currency"), _text("starting_balance"), _text("market")
)

risk_limits = _table(
    "risk_limits",
    *(_key("scope"), _text("max_position"), _text("max_exposure"), _text("max_daily_loss")),
    *(_text("max_drawdown"), _number("max_open_orders")),
)

trading_halt = _table(
    "trading_halt", _key("scope"), _number("halted"), _text("reason"), _maybe("changed_by"), _maybe("changed_at")
)

equity_marks = _table("equity_marks", _key("scope"), _text("day"), _text("day_start"), _text("peak"), _text("as_of"))

equity_history = _table("equity_history", _key("time"), _text("equity"), _text("cash"))

strategies = _table(
    "strategies", _key("name"), _number("enabled"), _text("parameters"), _text("symbols"), _text("allocation")
)

strategy_memories = _table("strategy_memories", _key("strategy"), _key("symbol"), _text("state"))

traded_marks = _table(
    "traded_marks", _key("timeframe"), _key("symbol"), _text("opened"), _text("closed"), _text("close")
)

outbox = _table("outbox", _key("id"), _text("kind"), _text("event"), rowid=True)

notifications = _table(
    "notifications",
    *(_key("id"), _text("kind"), _text("severity"), _text("title"), _text("body")),
    *(_text("channel"), _text("sent_at"), _maybe("error")),
)

conflicts = _table(
    "conflicts",
    *(_key("id"), _text("found_at"), _text("table_name"), _text("row_key"), _text("column_name")),
    *(_text("winner_stamp"), _maybe("winner_value"), _text("loser_stamp"), _maybe("loser_value")),
    *(_text("rule"), _number("for_people")),
)

sync_node = _table(
    "sync_node",
    *(_key("scope"), _text("boot"), _number("millisecond"), _number("count")),
    *(_maybe("epoch"), _number("seq"), _text("op_id"), _number("muted")),
)
"""This copy: its clock, how far it has read the shared log, and whether triggers keep still at the moment."""

sync_noted = _table("sync_noted", _key("tbl"), _key("pk"), _number("at"))
"""Rows that were written here, and when, in milliseconds since the Unix epoch: triggers put them down."""

sync_rows = _table("sync_rows", _key("tbl"), _key("pk"), _text("state"), _number("pending"))
"""What is known of each shared row that is not a mere fact, and whether others still have to be told."""

open_orders = text("status IN ({})".format(", ".join(f"'{s.value}'" for s in OrderStatus if s.open)))

Index("orders_open", orders.c.id, sqlite_where=open_orders)
Index("orders_by_symbol", orders.c.symbol, orders.c.id)
Index("conflicts_found", conflicts.c.found_at, conflicts.c.id)
Index("sync_rows_pending", sync_rows.c.tbl, sync_rows.c.pk, sqlite_where=text("pending"))
Index("fills_by_order", fills.c.order_id)
Index("fills_by_symbol", fills.c.symbol, fills.c.id)
