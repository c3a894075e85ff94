"""Upcoming candles: what trading has not seen, in the order of the market and no more than fits."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.database import MemoryDatabase
from application.ports.strategy import Mark
from application.strategy.upcoming_candles import UpcomingCandlesHandler
from domain.market.candle import Candle
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from support.build import BTC, ETH, START, a_candle, an_account, minutes

pytestmark = pytest.mark.anyio

M5 = Timeframe.M5


def series(symbol: SymbolName, *numbers: int) -> list[Candle]:
    return [a_candle(symbol=symbol, open_time=START + minutes(5 * number)) for number in numbers]


async def a_record(*candles: Candle) -> MemoryDatabase:
    database = MemoryDatabase(an_account())
    await database.write(lambda stores: stores.candles.add(candles))
    return database


async def upcoming(database: MemoryDatabase, limit: int = 500) -> Sequence[Candle]:
    return await UpcomingCandlesHandler(transactions=database, timeframe=M5, limit=limit)()


async def mark(database: MemoryDatabase, *candles: Candle) -> None:
    """Trading has seen these."""
    marks = {candle.symbol: Mark(candle.open_time, candle.close_time, candle.close) for candle in candles}
    await database.write(lambda stores: stores.memories.save(M5, marks, []))


def in_order(*candles: Candle) -> list[Candle]:
    return sorted(candles, key=lambda candle: (candle.close_time, candle.symbol))


async def test_candles_come_in_the_order_of_closing_and_then_symbol() -> None:
    candles = [*series(ETH, 0, 1, 2), *series(BTC, 0, 2, 3)]
    assert await upcoming(await a_record(*candles)) == in_order(*candles)


async def test_what_was_traded_does_not_come_again() -> None:
    bitcoin, ether = series(BTC, 0, 1, 2), series(ETH, 0, 1, 2)
    database = await a_record(*bitcoin, *ether)
    await mark(database, bitcoin[1], ether[2])
    assert await upcoming(database) == [bitcoin[2]]
    await mark(database, bitcoin[2])
    assert await upcoming(database) == []


async def test_candles_of_other_timeframes_are_left_alone() -> None:
    hour = a_candle(timeframe=Timeframe.H1, open_time=START)
    assert await upcoming(await a_record(hour)) == []


async def test_many_symbols_bring_a_few_candles_each() -> None:
    names = [SymbolName(f"C{number:02}/USDT") for number in range(40)]
    candles = [candle for name in names for candle in series(name, *range(100))]
    found = await upcoming(await a_record(*candles), limit=100)
    assert found == in_order(*candles)[: len(found)]
    assert len(found) == 40 * 20


runs = st.builds(range, st.integers(0, 20), st.integers(0, 100), st.integers(1, 3))
"""Longer and shorter than what is asked of one symbol at once, and with gaps."""


@given(bitcoin=runs, ether=runs)
async def test_page_after_page_it_is_the_whole_record_in_order(bitcoin: range, ether: range) -> None:
    candles = [*series(BTC, *bitcoin), *series(ETH, *ether)]
    database = await a_record(*candles)
    seen: list[Candle] = []
    while page := await upcoming(database, limit=1):
        seen.extend(page)
        await mark(database, *page)
    assert seen == in_order(*candles)
