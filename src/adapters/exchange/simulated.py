"""The simulated exchange: invented markets that need no network and repeat exactly."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from itertools import count, islice

from adapters.exchange.book import best_offers, order_book
from adapters.exchange.coins import COINS
from adapters.exchange.last_day import DAY, LastDay
from adapters.exchange.pace import BATCH, Pace
from adapters.exchange.walk import START, Coin, Walk
from domain.errors import NotFound, Unavailable
from domain.market.candle import Candle
from domain.market.order_book import OrderBook
from domain.market.symbol import Source, Symbol, SymbolName
from domain.market.ticker import Ticker
from domain.market.timeframe import Timeframe

HISTORY = 300
"""How many candles of each coin a first start gets at once."""


class SimulatedExchange:
    """Coins whose candles follow from `seed` and their index alone, at `speed` (see `Pace`).

    The market opens at `START`, and its clock is the close of the last candle emitted or on record. The
    stream begins with a history and never ends. A coin is listed once its first candle has closed;
    those that are there from the start are listed from the start.
    """

    def __init__(
        self,
        *,
        seed: int,
        speed: float | None,
        coins: Sequence[Coin] = COINS,
        elapsed: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._coins = {coin.symbol.name: coin for coin in sorted(coins, key=lambda coin: coin.symbol.name)}
        self._walks = {name: Walk(coin, seed) for name, coin in self._coins.items()}
        self._pace = Pace(speed=speed, elapsed=elapsed, sleep=sleep)
        self._openings = {name: START for name, coin in self._coins.items() if not coin.listed_after}
        self._clock: datetime | None = None
        self._day = LastDay()

    @property
    def source(self) -> Source:
        return Source.SIMULATED

    async def symbols(self) -> Sequence[Symbol]:
        return [coin.symbol for name, coin in self._coins.items() if self._lists(name)]

    async def ticker(self, symbol: SymbolName) -> Ticker:
        self._check(symbol)
        bid, ask = best_offers(self._coins[symbol], self._day.last(symbol))
        return self._day.ticker(symbol, self.source, bid=bid, ask=ask)

    async def order_book(self, symbol: SymbolName, depth: int) -> OrderBook:
        self._check(symbol)
        return order_book(self._coins[symbol], self._day.last(symbol), depth)

    async def candles(
        self, symbol: SymbolName, timeframe: Timeframe, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        self._check(symbol)
        if self._clock is None:
            raise Unavailable("the market has not opened", code="market_not_started")
        return await self._between(symbol, timeframe, start, min(end, timeframe.floor(self._clock)))

    def stream(self, timeframe: Timeframe, after: Mapping[SymbolName, datetime]) -> AsyncIterator[Sequence[Candle]]:
        on_record = {name: opened + timeframe.duration for name, opened in after.items() if name in self._coins}
        return self._run(timeframe, on_record)

    async def _run(
        self, timeframe: Timeframe, on_record: Mapping[SymbolName, datetime]
    ) -> AsyncGenerator[Sequence[Candle], None]:
        """The stream; `on_record` holds where the record of a symbol ends."""
        self._openings = {name: START + coin.listed_after * timeframe.duration for name, coin in self._coins.items()}
        day = LastDay()
        for name, end in on_record.items():
            day.add(await self._between(name, timeframe, end - DAY, end))
        self._day = day
        self._clock = max(on_record.values(), default=START)
        starts = {name: max(opening, on_record.get(name, opening)) for name, opening in self._openings.items()}
        candles = self._endless(timeframe, starts)

        async def read(most: int) -> Sequence[Candle]:
            return list(islice(candles, most))

        present = max(self._clock, START + HISTORY * timeframe.duration)
        async with aclosing(self._pace.batches(present, read)) as batches:
            async for batch in batches:
                self._day.add(batch)
                self._clock = max(self._clock, batch[-1].close_time)
                yield batch

    def _endless(self, timeframe: Timeframe, starts: Mapping[SymbolName, datetime]) -> Iterator[Candle]:
        firsts = {name: _index(start, timeframe) for name, start in sorted(starts.items())}
        for index in count(min(firsts.values())):
            for name, first in firsts.items():
                if index >= first:
                    yield self._walks[name].candle(index, timeframe)

    async def _between(
        self, symbol: SymbolName, timeframe: Timeframe, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """The candles that open in `[start, end)`; others have their turn while they are made."""
        candles = []
        first = _index(max(start, self._openings[symbol]), timeframe)
        for index in range(first, _index(end, timeframe)):
            candles.append(self._walks[symbol].candle(index, timeframe))
            if len(candles) % BATCH == 0:
                await asyncio.sleep(0)
        return candles

    def _lists(self, symbol: SymbolName) -> bool:
        opening = self._openings.get(symbol)
        return opening == START or (opening is not None and self._clock is not None and opening < self._clock)

    def _check(self, symbol: SymbolName) -> None:
        if not self._lists(symbol):
            raise NotFound(f"the simulated exchange does not list {symbol}")


def _index(instant: datetime, timeframe: Timeframe) -> int:
    """The index of the first candle that opens at `instant` or later."""
    return -((START - instant) // timeframe.duration)
