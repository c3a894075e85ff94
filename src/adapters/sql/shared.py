"""Which tables nodes share, and how rival writes are settled; the rest of a table's schema is in `tables`.

Positions and balances follow from the fills, so only these travel. Where trading stands, what strategies
remember and what is still to be told belong to the node that trades.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from operator import itemgetter, methodcaller
from typing import Any

from attrs import frozen
from sqlalchemy import Column, Integer, Table

from adapters.sql import tables
from adapters.sql.rows import market, notifications, risk, strategy, sync, trading
from adapters.sql.rows.reading import DAMAGE
from adapters.sql.session import Row
from domain.errors import Rejected
from domain.market.symbol import symbol_name
from domain.market.timeframe import Timeframe
from domain.strategy.catalogue import DEFAULT_STRATEGIES
from domain.sync.change import Key, key_of, key_values
from domain.sync.policy import COLUMNS, LOCAL, UNION, Policy, lowest, ranked, switch
from domain.sync.row import Value, Values
from domain.trading.order import TRANSITIONS
from domain.trading.risk import Halt, RiskLimits

POLICIES: Mapping[str, Policy] = {
    "conflicts": UNION,
    "trading_halt": switch("halted", on="1"),
    "risk_limits": lowest("max_position", "max_exposure", "max_daily_loss", "max_drawdown", "max_open_orders"),
    "strategies": COLUMNS,
    "orders": ranked("status", {state.value: steps for state, steps in TRANSITIONS.items()}),
    "fills": UNION,
    "idempotency_keys": UNION,
    "notifications": UNION,
    "symbols": COLUMNS,
    "listings": UNION,
    "candles": UNION,
    "accounts": LOCAL,
    "candle_gaps": LOCAL,
    "equity_marks": LOCAL,
    "equity_history": LOCAL,
    "strategy_memories": LOCAL,
    "traded_marks": LOCAL,
    "outbox": LOCAL,
    "sync_node": LOCAL,
    "sync_noted": LOCAL,
    "sync_rows": LOCAL,
}
"""Every table, in the order in which changes are told: what lost before what won, the many last."""


@frozen
class Shared:
    """A shared table: how its rows become keys and texts for other nodes, and texts of theirs become rows."""

    table: Table
    policy: Policy
    read: Callable[[Row], object]
    """Raises what reading a damaged row raises."""

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.primary_key)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All but the key."""
        return tuple(column.name for column in self.table.c if not column.primary_key)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.columns)

    @cached_property
    def _stored(self) -> tuple[Callable[[Values], object], ...]:
        """What is stored in each of `columns`, taken from a row's texts."""
        return tuple(_stored(self.table.c[name]) for name in self.columns)

    def row(self, key: Key, values: Values) -> Row:
        """The row that the table's readers accept for a key and its texts.

        Raises:
            Rejected: it is none.
        """
        try:
            row = (*self.parts(key), *[stored(values) for stored in self._stored])
            self.read(row)
            if self._known.issuperset(values):
                return row
        except DAMAGE:
            pass
        raise self._damaged(key)

    def parts(self, key: Key) -> tuple[str, ...]:
        """The texts of the key columns; raises as `row` does if the key is not one of this table."""
        try:
            parts = key_values(key)
            if len(parts) == len(self.keys) and all(isinstance(part, str) for part in parts) and key_of(parts) == key:
                return parts
        except DAMAGE:
            pass
        raise self._damaged(key)

    def _damaged(self, key: Key) -> Rejected:
        return Rejected(f"the remote's row {key} of {self.name} is not one", code="remote_damaged")


def _stored(column: Column[Any]) -> Callable[[Values], object]:
    """Takes the column's value out; a node of an older release may say nothing of one that may be empty."""
    taken: Callable[[Values], Value] = methodcaller("get", column.name) if column.nullable else itemgetter(column.name)
    return (lambda values: _whole(taken(values))) if isinstance(column.type, Integer) else taken


def _whole(value: Value) -> int | None:
    return None if value is None else int(value)


def as_text(stored: object) -> Value:
    """What other nodes are told of a stored value."""
    return None if stored is None else str(stored)


def _candle(row: Row) -> object:
    symbol, timeframe, *rest = row
    return _candle_reader(symbol, timeframe)(tuple(rest))


@lru_cache
def _candle_reader(symbol: str, timeframe: str) -> Callable[[Row], object]:
    return market.candle_reader(symbol_name(symbol), Timeframe(timeframe))


def _text(row: Row) -> object:
    return "".join(row)


_READERS: Mapping[str, Callable[[Row], object]] = {
    "conflicts": sync.conflict,
    "trading_halt": risk.halt,
    "risk_limits": risk.limits,
    "strategies": strategy.config,
    "orders": trading.order,
    "fills": trading.fill,
    "idempotency_keys": _text,
    "notifications": notifications.notification,
    "symbols": market.symbol,
    "listings": market.listing,
    "candles": _candle,
}

SHARED: Mapping[str, Shared] = {
    name: Shared(tables.metadata.tables[name], POLICIES[name], read) for name, read in _READERS.items()
}


def _by_key(table: Table, *rows: Row) -> dict[Key, Values]:
    shared = SHARED[table.name]
    keys = len(shared.keys)
    return {
        key_of([str(part) for part in row[:keys]]): dict(zip(shared.columns, map(as_text, row[keys:]), strict=True))
        for row in rows
    }


DEFAULTS: Mapping[str, Mapping[Key, Values]] = {
    "trading_halt": _by_key(tables.trading_halt, risk.halt_row(Halt())),
    "risk_limits": _by_key(tables.risk_limits, risk.limits_row(RiskLimits())),
    "strategies": _by_key(tables.strategies, *map(strategy.config_row, DEFAULT_STRATEGIES)),
}
"""What a new installation starts with (`application.ops.prepare_installation`)."""
