"""Market data on record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import define

from domain.market.candle import Candle, Gap
from domain.market.listing import Listing
from domain.market.symbol import Symbol, SymbolName
from domain.market.timeframe import Timeframe


# A plain class is built six times as fast as a frozen one, and written as JSON twice as fast as one with slots.
@define(slots=False)
class CandleRow:
    """A candle as it is on record: times and amounts are their canonical text.

    Pages of candles are read far more often than they are calculated with, and turning text into
    numbers and back would cost more than the rest of the answer.
    """

    open_time: str
    open: str
    high: str
    low: str
    close: str
    volume: str


class Symbols(Protocol):
    """The markets seen so far, by name."""

    def save(self, symbols: Sequence[Symbol]) -> None:
        """Insert or replace."""
        ...

    def all(self) -> Sequence[Symbol]:
        """Every market on record, by name."""
        ...


class Candles(Protocol):
    """Closed candles; one for each symbol, timeframe and opening time."""

    def add(self, candles: Sequence[Candle]) -> int:
        """Record those not yet on record and return their number; a repeated one changes nothing."""
        ...

    def page(
        self,
        symbol: SymbolName,
        timeframe: Timeframe,
        *,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> Sequence[CandleRow]:
        """Up to `limit` candles that open in `[start, end)`, oldest first; without `start`, the newest ones."""
        ...

    def after(self, symbol: SymbolName, timeframe: Timeframe, opened: datetime | None, limit: int) -> Sequence[Candle]:
        """Up to `limit` candles that opened after `opened`, oldest first; from the first one if None."""
        ...

    def before(self, symbol: SymbolName, timeframe: Timeframe, opened: datetime, limit: int) -> Sequence[Candle]:
        """The last `limit` candles that opened before `opened`, oldest first."""
        ...

    def newest(self, timeframe: Timeframe) -> Mapping[SymbolName, datetime]:
        """The opening time of the newest candle of each symbol."""
        ...


class Gaps(Protocol):
    """Candles known to be missing; a gap that was filled is off the record."""

    def add(self, gap: Gap) -> None: ...

    def remove(self, gap: Gap) -> None: ...

    def all(self) -> Sequence[Gap]: ...


class Listings(Protocol):
    """Symbols that appeared while we watched."""

    def add(self, listing: Listing) -> None: ...

    def newest(self, limit: int, *, before: SymbolName | None = None) -> Sequence[Listing]:
        """The latest listings first; `before` continues after that symbol's."""
        ...
