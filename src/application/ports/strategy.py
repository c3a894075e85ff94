"""Strategies on record: what the owner set, and what each remembers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.money import Price
from domain.strategy.catalogue import StrategyConfig
from domain.strategy.strategy import State


class Strategies(Protocol):
    """Strategy settings, by name."""

    def all(self) -> Sequence[StrategyConfig]:
        """Every strategy on record, by name."""
        ...

    def save(self, config: StrategyConfig) -> None:
        """Insert or replace."""
        ...


@frozen(kw_only=True)
class Memory:
    """A strategy's state on one symbol."""

    strategy: str
    symbol: SymbolName
    state: State


@frozen
class Mark:
    """How far trading came on a symbol: when its last traded candle opened and closed, and at which price.

    Holdings are valued at this close, never at that of a candle that trading has not seen yet.
    """

    opened: datetime
    closed: datetime
    close: Price


def last_close(marks: Mapping[SymbolName, Mark]) -> datetime | None:
    """When the newest traded candle closed; None before there is one."""
    return max((mark.closed for mark in marks.values()), default=None)


class StrategyMemories(Protocol):
    """How far the trader came and what its strategies remember, in step with each other."""

    def traded(self, timeframe: Timeframe) -> Mapping[SymbolName, Mark]:
        """The mark of every symbol that was traded."""
        ...

    def all(self) -> Sequence[Memory]:
        """Every memory on record."""
        ...

    def save(self, timeframe: Timeframe, marks: Mapping[SymbolName, Mark], memories: Sequence[Memory]) -> None:
        """Move these marks and replace these memories."""
        ...

    def forget(self, strategy: str) -> None:
        """Drop what one strategy remembers of every symbol."""
        ...
