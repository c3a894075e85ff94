"""Market data in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from adapters.memory.table import Journal, Table
from application.ports.market import CandleRow
from domain.market.candle import Candle, Gap
from domain.market.listing import Listing
from domain.market.symbol import Symbol, SymbolName
from domain.market.timeframe import Timeframe
from domain.shared import money, time


class MemorySymbols:
    def __init__(self, journal: Journal) -> None:
        self._symbols: Table[str, Symbol] = Table(journal)

    def save(self, changed: Sequence[Symbol]) -> None:
        for symbol in changed:
            self._symbols.put(symbol.name, symbol)

    def all(self) -> Sequence[Symbol]:
        return list(self._symbols.rising())


class MemoryCandles:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._series: dict[tuple[SymbolName, Timeframe], Table[datetime, Candle]] = {}

    def add(self, new: Sequence[Candle]) -> int:
        return sum(self._of(candle.symbol, candle.timeframe).add(candle.open_time, candle) for candle in new)

    def page(
        self,
        symbol: SymbolName,
        timeframe: Timeframe,
        *,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> Sequence[CandleRow]:
        series = self._of(symbol, timeframe)
        if start is None:
            return [_row(candle) for candle in _last(limit, series, end)]
        return [_row(candle) for candle in islice(series.rising(since=start, until=end), limit)]

    def after(self, symbol: SymbolName, timeframe: Timeframe, opened: datetime | None, limit: int) -> Sequence[Candle]:
        return list(islice(self._of(symbol, timeframe).rising(after=opened), limit))

    def before(self, symbol: SymbolName, timeframe: Timeframe, opened: datetime, limit: int) -> Sequence[Candle]:
        return _last(limit, self._of(symbol, timeframe), opened)

    def newest(self, timeframe: Timeframe) -> Mapping[SymbolName, datetime]:
        return {
            symbol: candle.open_time
            for (symbol, kind), series in self._series.items()
            if kind is timeframe
            for candle in islice(series.falling(), 1)
        }

    def _of(self, symbol: SymbolName, timeframe: Timeframe) -> Table[datetime, Candle]:
        key = symbol, timeframe
        if key not in self._series:
            self._series[key] = Table(self._journal)
        return self._series[key]


def _last(limit: int, series: Table[datetime, Candle], end: datetime | None) -> Sequence[Candle]:
    return list(islice(series.falling(until=end), limit))[::-1]


def _row(candle: Candle) -> CandleRow:
    amounts = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    return CandleRow(time.text(candle.open_time), *map(money.text, amounts))


class MemoryGaps:
    def __init__(self, journal: Journal) -> None:
        self._gaps: Table[tuple[str, str, datetime, datetime], Gap] = Table(journal)

    def add(self, gap: Gap) -> None:
        self._gaps.add(_place(gap), gap)

    def remove(self, gap: Gap) -> None:
        self._gaps.remove(_place(gap))

    def all(self) -> Sequence[Gap]:
        return list(self._gaps.rising())


def _place(gap: Gap) -> tuple[str, str, datetime, datetime]:
    return gap.symbol, gap.timeframe.value, gap.start, gap.end


class MemoryListings:
    def __init__(self, journal: Journal) -> None:
        self._listings: Table[str, Listing] = Table(journal)

    def add(self, listing: Listing) -> None:
        self._listings.add(listing.symbol, listing)

    def newest(self, limit: int, *, before: SymbolName | None = None) -> Sequence[Listing]:
        found = sorted(self._listings.rising(), key=_age, reverse=True)
        if before is not None:
            last = self._listings.get(before)
            found = [listing for listing in found if last is not None and _age(listing) < _age(last)]
        return found[:limit]


def _age(listing: Listing) -> tuple[datetime, str]:
    return listing.listed_at, listing.symbol
