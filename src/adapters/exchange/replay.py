"""The replay: recorded candles, as if they happened now."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from heapq import merge
from itertools import islice, takewhile
from operator import attrgetter
from pathlib import Path

from adapters.exchange.candle_file import CandleFile
from adapters.exchange.last_day import DAY, LastDay
from adapters.exchange.pace import Pace
from adapters.exchange.survey import Survey, survey
from domain.errors import Invalid, NotFound, Unavailable
from domain.market.candle import Candle
from domain.market.order_book import OrderBook
from domain.market.symbol import Source, Symbol, SymbolName
from domain.market.ticker import Ticker
from domain.market.timeframe import Timeframe


class ReplayExchange:
    """Candle files of one timeframe, merged in time order, at `speed` (see `Pace`).

    The market's clock is the close of the last candle emitted or on record. A market is listed once its
    first candle has closed; those that begin with the replay are listed from its beginning. Every file
    is read to its end and checked before the first answer; where one is malformed every call raises
    `Invalid` with file, line and reason. Nothing is known of what happened inside a candle: bid and ask
    are the last price, and there is no order book.

    Raises:
        Invalid: no file, a name that tells no market and timeframe, two files of one market, or files
            of different timeframes.
    """

    def __init__(
        self,
        files: Sequence[str | Path],
        *,
        speed: float | None,
        elapsed: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._files = _by_symbol([CandleFile.named(Path(file)) for file in files])
        self._timeframe = next(iter(self._files.values())).timeframe
        self._pace = Pace(speed=speed, elapsed=elapsed, sleep=sleep)
        self._checking = asyncio.Lock()
        self._surveys: Mapping[SymbolName, Survey] = {}
        self._clock: datetime | None = None
        self._day = LastDay()

    @property
    def source(self) -> Source:
        return Source.REPLAY

    @property
    def timeframe(self) -> Timeframe:
        """The only timeframe there is."""
        return self._timeframe

    async def symbols(self) -> Sequence[Symbol]:
        surveys = await self._surveyed()
        return [market.symbol for market in surveys.values() if self._lists(market, surveys)]

    async def ticker(self, symbol: SymbolName) -> Ticker:
        await self._now(symbol)
        last = self._day.last(symbol).close
        return self._day.ticker(symbol, self.source, bid=last, ask=last)

    async def order_book(self, symbol: SymbolName, depth: int) -> OrderBook:
        await self._now(symbol)
        raise Unavailable("a replay has no order book", code="order_book_unavailable")

    async def candles(
        self, symbol: SymbolName, timeframe: Timeframe, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        self._check(timeframe)
        until = min(end, await self._now(symbol))
        if not self._surveys[symbol].holds(start, until):
            return []
        return await asyncio.to_thread(lambda: list(self._between(symbol, start, until)))

    def stream(self, timeframe: Timeframe, after: Mapping[SymbolName, datetime]) -> AsyncIterator[Sequence[Candle]]:
        self._check(timeframe)
        on_record = {name: opened + timeframe.duration for name, opened in after.items() if name in self._files}
        return self._run(on_record)

    async def _run(self, on_record: Mapping[SymbolName, datetime]) -> AsyncGenerator[Sequence[Candle], None]:
        """The stream; `on_record` holds where the record of a symbol ends."""
        starts = {symbol: market.opens for symbol, market in (await self._surveyed()).items()} | dict(on_record)
        self._day = await asyncio.to_thread(self._day_before, on_record)
        self._clock = clock = max(on_record.values(), default=min(starts.values()))
        # The files are in the order of their symbols, and merging keeps it where times are equal.
        files = (self._files[symbol].candles(start) for symbol, start in starts.items())
        merged = merge(*files, key=attrgetter("open_time"))

        async def read(count: int) -> Sequence[Candle]:
            return await asyncio.to_thread(lambda: list(islice(merged, count)))

        async with aclosing(self._pace.batches(clock, read)) as batches:
            async for batch in batches:
                self._day.add(batch)
                self._clock = max(self._clock, batch[-1].close_time)
                yield batch

    def _day_before(self, on_record: Mapping[SymbolName, datetime]) -> LastDay:
        day = LastDay()
        for symbol, until in on_record.items():
            day.add(self._between(symbol, until - DAY, until))
        return day

    def _between(self, symbol: SymbolName, start: datetime, end: datetime) -> Iterator[Candle]:
        return takewhile(lambda candle: candle.open_time < end, self._files[symbol].candles(start))

    async def _surveyed(self) -> Mapping[SymbolName, Survey]:
        async with self._checking:
            if not self._surveys:
                files = self._files.items()
                self._surveys = {symbol: await asyncio.to_thread(survey, file) for symbol, file in files}
        return self._surveys

    async def _now(self, symbol: SymbolName) -> datetime:
        """The market's clock, if it lists `symbol`."""
        surveys = await self._surveyed()
        if symbol not in surveys or not self._lists(surveys[symbol], surveys):
            raise NotFound(f"the replay does not list {symbol} at this time")
        if self._clock is None:
            raise Unavailable("the replay has not begun", code="market_not_started")
        return self._clock

    def _lists(self, market: Survey, surveys: Mapping[SymbolName, Survey]) -> bool:
        beginning = min(market.opens for market in surveys.values())
        return market.opens == beginning or (self._clock is not None and market.opens < self._clock)

    def _check(self, timeframe: Timeframe) -> None:
        if timeframe is not self._timeframe:
            raise Invalid(f"the replayed candles are of {self._timeframe}, not {timeframe}", field="timeframe")


def _by_symbol(files: Sequence[CandleFile]) -> Mapping[SymbolName, CandleFile]:
    by_symbol = {file.symbol: file for file in sorted(files, key=lambda file: file.symbol)}
    if not files:
        raise Invalid("a replay needs at least one file", field="replay_files")
    if len(by_symbol) < len(files):
        raise Invalid("two files are of the same market", field="replay_files")
    if len({file.timeframe for file in files}) > 1:
        raise Invalid("all files must be of one timeframe", field="replay_files")
    return by_symbol
