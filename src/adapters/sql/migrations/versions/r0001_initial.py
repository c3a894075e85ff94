"""Market, trading, strategies and messages."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Identity, Integer, Text, text

revision = "0001"
down_revision = None

TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str) -> Column[Any]:
    return Column(name, TEXT, primary_key=True, nullable=False)


def _text(*names: str) -> list[Column[Any]]:
    return [Column(name, TEXT, nullable=False) for name in names]


def _maybe(name: str) -> Column[Any]:
    return Column(name, TEXT, nullable=True)


def _number(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


def _rowid() -> list[Column[Any]]:
    """The order of recording, which SQLite keeps by itself."""
    if op.get_bind().dialect.name == "sqlite":
        return []
    return [Column("rowid", BigInteger, Identity(always=True), unique=True, nullable=False)]


def upgrade() -> None:
    _market()
    _trading()
    _risk()
    _strategies()
    _messages()


def _market() -> None:
    op.create_table(
        "symbols",
        _key("name"),
        *_text("price_tick", "quantity_step", "minimum_notional"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "candles",
        _key("symbol"),
        _key("timeframe"),
        _key("open_time"),
        *_text("open", "high", "low", "close", "volume"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "candle_gaps",
        _key("symbol"),
        _key("timeframe"),
        _key("start_time"),
        _key("end_time"),
        sqlite_with_rowid=False,
    )
    op.create_table("listings", _key("symbol"), *_text("listed_at"), sqlite_with_rowid=False)


def _trading() -> None:
    op.create_table(
        "orders",
        _key("id"),
        *_text("symbol", "side", "type", "quantity"),
        _maybe("limit_price"),
        _maybe("stop_price"),
        *_text("mode", "status", "filled_quantity", "decision"),
        _maybe("placed_by"),
        _maybe("strategy"),
        _maybe("reason"),
        *_text("created_at", "updated_at"),
        _maybe("expires_at"),
        sqlite_with_rowid=False,
    )
    in_flight = text("status IN ('new', 'accepted', 'partially_filled')")
    only: dict[str, Any] = {f"{op.get_bind().dialect.name}_where": in_flight}
    op.create_index("orders_open", "orders", ["id"], **only)
    op.create_index("orders_by_symbol", "orders", ["symbol", "id"])
    op.create_table(
        "fills",
        _key("id"),
        *_text("order_id", "symbol", "side", "price", "quantity", "fee", "executed_at", "mode"),
        _maybe("strategy"),
        *_rowid(),
    )
    op.create_index("fills_by_order", "fills", ["order_id"])
    op.create_index("fills_by_symbol", "fills", ["symbol", "id"])
    op.create_table(
        "idempotency_keys",
        _key("user_id"),
        _key("key"),
        *_text("order_id", "fingerprint"),
        sqlite_with_rowid=False,
    )


def _risk() -> None:
    op.create_table(
        "accounts", _key("scope"), *_text("mode", "currency", "starting_balance", "market"), sqlite_with_rowid=False
    )
    op.create_table(
        "risk_limits",
        _key("scope"),
        *_text("max_position", "max_exposure", "max_daily_loss", "max_drawdown"),
        _number("max_open_orders"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trading_halt",
        _key("scope"),
        _number("halted"),
        *_text("reason"),
        _maybe("changed_by"),
        _maybe("changed_at"),
        sqlite_with_rowid=False,
    )
    op.create_table("equity_marks", _key("scope"), *_text("day", "day_start", "peak", "as_of"), sqlite_with_rowid=False)
    op.create_table("equity_history", _key("time"), *_text("equity", "cash"), sqlite_with_rowid=False)


def _strategies() -> None:
    op.create_table(
        "strategies",
        _key("name"),
        _number("enabled"),
        *_text("parameters", "symbols", "allocation"),
        sqlite_with_rowid=False,
    )
    op.create_table("strategy_memories", _key("strategy"), _key("symbol"), *_text("state"), sqlite_with_rowid=False)
    op.create_table(
        "traded_marks",
        _key("timeframe"),
        _key("symbol"),
        *_text("opened", "closed", "close"),
        sqlite_with_rowid=False,
    )


def _messages() -> None:
    op.create_table("outbox", _key("id"), *_text("kind", "event"), *_rowid())
    op.create_table(
        "notifications",
        _key("id"),
        *_text("kind", "severity", "title", "body", "channel", "sent_at"),
        _maybe("error"),
        sqlite_with_rowid=False,
    )
