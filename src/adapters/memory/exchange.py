"""An exchange in memory: a script of candles, played as fast as they are taken."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain, count

from application.ports.exchange import NO_PRICE_YET
from domain.errors import NotFound, Unavailable
from domain.market.candle import Candle
from domain.market.order_book import Level, OrderBook
from domain.market.symbol import Source, Symbol, SymbolName
from domain.market.ticker import Ticker
from domain.market.timeframe import Timeframe
from domain.shared.money import ZERO, Money, Price, Quantity

DAY = timedelta(hours=24)


class MemoryExchange:
    """Streams `batches` as they are given and then ends, or waits for more if it is `endless`.

    The market's clock is the close of the last candle streamed or on record. A market is listed once its
    first candle has closed; those that begin with the script, and those without candles, are listed from
    the beginning. `missed` are candles that it has and never streams. Symbols that are not given trade
    in ticks of 0.01 and steps of 0.00001.
    """

    def __init__(
        self,
        batches: Sequence[Sequence[Candle]] = (),
        *,
        symbols: Sequence[Symbol] = (),
        missed: Sequence[Candle] = (),
        endless: bool = False,
        source: Source = Source.SIMULATED,
    ) -> None:
        self._source = source
        self._symbols = {symbol.name: symbol for symbol in symbols}
        self._batches: list[Sequence[Candle]] = []
        self._missed = list(missed)
        self._endless = endless
        self._failure: Exception | None = None
        self._changed = asyncio.Event()
        self._clock: datetime | None = None
        self._timeframe: Timeframe | None = None
        for batch in batches:
            self.push(*batch)

    def push(self, *candles: Candle) -> None:
        """Append a batch to the script."""
        for candle in candles:
            self._symbols.setdefault(candle.symbol, _plain(candle.symbol))
        self._batches.append(candles)
        self._changed.set()

    def end(self) -> None:
        """Let streams end with the script."""
        self._endless = False
        self._changed.set()

    def fail(self, failure: Exception | None) -> None:
        """Raise `failure` from every call and from open streams; None is the recovery."""
        self._failure = failure
        self._changed.set()

    @property
    def source(self) -> Source:
        return self._source

    async def symbols(self) -> Sequence[Symbol]:
        self._raise()
        return [symbol for name, symbol in sorted(self._symbols.items()) if self._lists(name)]

    async def ticker(self, symbol: SymbolName) -> Ticker:
        day = self._last_day(symbol)
        tick = self._symbols[symbol].price_tick
        return Ticker(
            symbol=symbol,
            source=self._source,
            time=day[-1].close_time,
            last=day[-1].close,
            bid=Price(max(day[-1].close - tick, tick)),
            ask=Price(day[-1].close + tick),
            open_24h=day[0].open,
            high_24h=max(candle.high for candle in day),
            low_24h=min(candle.low for candle in day),
            volume_24h=Quantity(sum((candle.volume for candle in day), ZERO)),
        )

    async def order_book(self, symbol: SymbolName, depth: int) -> OrderBook:
        """One unit at every tick around the last price."""
        last, tick = self._last_day(symbol)[-1], self._symbols[symbol].price_tick
        distances = [number * tick for number in range(1, depth + 1)]
        return OrderBook(
            symbol=symbol,
            source=self._source,
            time=last.close_time,
            bids=tuple(_one_at(last.close - distance) for distance in distances if distance < last.close),
            asks=tuple(_one_at(last.close + distance) for distance in distances),
        )

    async def candles(
        self, symbol: SymbolName, timeframe: Timeframe, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        return [candle for candle in self._closed(symbol, timeframe) if start <= candle.open_time < end]

    async def stream(
        self, timeframe: Timeframe, after: Mapping[SymbolName, datetime]
    ) -> AsyncIterator[Sequence[Candle]]:
        on_record = {symbol: opened for symbol, opened in after.items() if symbol in self._symbols}
        beginning = min((candle.open_time for candle in self._script()), default=None)
        self._clock = max((opened + timeframe.duration for opened in on_record.values()), default=beginning)
        self._timeframe = timeframe
        for number in count():
            while number == len(self._batches) and self._endless and self._failure is None:
                self._changed.clear()
                await self._changed.wait()
            self._raise()
            if number == len(self._batches):
                return
            batch = [c for c in self._batches[number] if c.timeframe is timeframe and _is_new(c, on_record)]
            if batch:
                self._clock = max(self._clock or batch[-1].close_time, batch[-1].close_time)
                yield batch

    def _last_day(self, symbol: SymbolName) -> Sequence[Candle]:
        closed = self._closed(symbol, self._timeframe)
        if not closed:
            raise Unavailable(f"{symbol} has not closed its first candle yet", code=NO_PRICE_YET)
        return [candle for candle in closed if candle.open_time >= closed[-1].close_time - DAY]

    def _closed(self, symbol: SymbolName, timeframe: Timeframe | None) -> Sequence[Candle]:
        """What has closed by the market's clock, oldest first."""
        self._raise()
        if not self._lists(symbol):
            raise NotFound(f"the exchange does not list {symbol} at this time")
        if self._clock is None:
            raise Unavailable("the market has not opened", code="market_not_started")
        found = {c.open_time: c for c in self._script() if c.symbol == symbol and c.timeframe is timeframe}
        return [candle for _, candle in sorted(found.items()) if candle.close_time <= self._clock]

    def _script(self) -> Iterator[Candle]:
        return chain(self._missed, *self._batches)

    def _lists(self, symbol: SymbolName) -> bool:
        opens = min((candle.open_time for candle in self._script() if candle.symbol == symbol), default=None)
        if opens is None:
            return symbol in self._symbols
        beginning = min(candle.open_time for candle in self._script())
        return opens == beginning or (self._clock is not None and opens < self._clock)

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure


def _is_new(candle: Candle, on_record: Mapping[SymbolName, datetime]) -> bool:
    return candle.symbol not in on_record or candle.open_time > on_record[candle.symbol]


def _one_at(price: Decimal) -> Level:
    return Level(Price(price), Quantity(Decimal(1)))


def _plain(name: SymbolName) -> Symbol:
    return Symbol(
        name=name,
        price_tick=Price(Decimal("0.01")),
        quantity_step=Quantity(Decimal("0.00001")),
        minimum_notional=Money(Decimal(5)),
    )
