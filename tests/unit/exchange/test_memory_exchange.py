"""The memory exchange: a script that a test can go on writing, and failures at its command."""

import asyncio

import pytest

from adapters.memory.exchange import MemoryExchange
from domain.errors import Unavailable
from domain.market.timeframe import Timeframe
from support.build import BTC, START, a_symbol, candles, minutes

pytestmark = pytest.mark.anyio

SCRIPT = candles(100, 101, 102, 103)


async def test_batches_are_streamed_as_they_were_given() -> None:
    exchange = MemoryExchange([SCRIPT[:1], [], SCRIPT[1:]])
    assert [list(batch) async for batch in exchange.stream(Timeframe.M5, {})] == [SCRIPT[:1], SCRIPT[1:]]


async def test_an_endless_stream_waits_for_what_is_pushed() -> None:
    exchange = MemoryExchange([SCRIPT[:1]], endless=True)
    stream = exchange.stream(Timeframe.M5, {})
    await anext(stream)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    assert not waiting.done()
    exchange.push(*SCRIPT[1:3])
    assert await waiting == SCRIPT[1:3]


async def test_an_endless_stream_can_be_ended() -> None:
    exchange = MemoryExchange(endless=True)
    waiting = asyncio.ensure_future(anext(exchange.stream(Timeframe.M5, {}), "the end"))
    await asyncio.sleep(0)
    exchange.end()
    assert await waiting == "the end"


async def test_a_failure_reaches_calls_and_open_streams_until_the_recovery() -> None:
    exchange = MemoryExchange([SCRIPT[:1]], endless=True)
    stream = exchange.stream(Timeframe.M5, {})
    await anext(stream)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    exchange.fail(Unavailable("cut off"))
    for call in (waiting, exchange.symbols(), exchange.ticker(BTC), exchange.order_book(BTC, 1)):
        with pytest.raises(Unavailable, match="cut off"):
            await call
    exchange.fail(None)
    assert (await exchange.ticker(BTC)).last == 100


async def test_what_the_stream_missed_can_be_fetched() -> None:
    exchange = MemoryExchange([SCRIPT[:1], SCRIPT[3:]], missed=SCRIPT[1:3])
    streamed = [candle async for batch in exchange.stream(Timeframe.M5, {}) for candle in batch]
    assert streamed == [SCRIPT[0], SCRIPT[3]]
    assert await exchange.candles(BTC, Timeframe.M5, START, START + minutes(20)) == SCRIPT


async def test_a_given_symbol_is_listed_without_candles() -> None:
    exchange = MemoryExchange(symbols=[a_symbol()], endless=True)
    assert await exchange.symbols() == [a_symbol()]
    with pytest.raises(Unavailable):
        await exchange.ticker(BTC)


async def test_a_bid_is_never_below_the_first_tick() -> None:
    exchange = MemoryExchange([candles("0.01")])
    assert [batch async for batch in exchange.stream(Timeframe.M5, {})]
    assert (await exchange.ticker(BTC)).bid > 0
    assert (await exchange.order_book(BTC, 3)).bids == ()
