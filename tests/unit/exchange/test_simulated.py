"""The simulated exchange: a history at once, then a market that moves at its pace."""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from adapters.exchange.coins import COINS
from adapters.exchange.simulated import HISTORY, SimulatedExchange
from adapters.exchange.walk import START
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from support.build import BTC, a_symbol, minutes
from support.market import Stopwatch, newest, taken

pytestmark = pytest.mark.anyio

NOVA = SymbolName("NOVA/USDT")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def at_the_default_pace(watch: Stopwatch) -> SimulatedExchange:
    return SimulatedExchange(seed=1, speed=60, elapsed=watch.elapsed, sleep=watch.sleep)


async def test_a_first_start_gets_a_history_at_once_and_then_a_candle_a_second() -> None:
    watch = Stopwatch()
    stream = at_the_default_pace(watch).stream(Timeframe.M1, {})
    history = await taken(stream, 4 * HISTORY)
    assert (len(history), watch.seconds) == (4 * HISTORY, 0)
    for second in range(1, 5):
        batch = await anext(stream)
        assert watch.seconds == second
        assert {candle.open_time for candle in batch} == {START + minutes(HISTORY + second - 1)}
        assert [candle.symbol for candle in batch] == ["BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT"]


async def test_a_coin_is_listed_a_minute_after_a_first_start() -> None:
    watch = Stopwatch()
    exchange = at_the_default_pace(watch)
    async for batch in exchange.stream(Timeframe.M1, {}):
        listed = NOVA in {symbol.name for symbol in await exchange.symbols()}
        assert listed is (NOVA in {candle.symbol for candle in batch})
        if listed:
            break
    assert watch.seconds == 61
    assert (await exchange.ticker(NOVA)).volume_24h > 0


@pytest.mark.parametrize("on_record", [4 * HISTORY, 4 * HISTORY + 40])
async def test_a_later_start_goes_on_at_the_pace(on_record: int) -> None:
    watch = Stopwatch()
    record = newest(await taken(at_the_default_pace(Stopwatch()).stream(Timeframe.M1, {}), on_record))
    stream = at_the_default_pace(watch).stream(Timeframe.M1, record)
    for second in (1, 2, 3):
        assert {candle.open_time for candle in await anext(stream)} == {record[BTC] + minutes(second)}
        assert watch.seconds == second


async def test_a_start_during_the_history_gets_the_rest_of_it_at_once() -> None:
    watch = Stopwatch()
    record = newest(await taken(at_the_default_pace(Stopwatch()).stream(Timeframe.M1, {}), 500))
    stream = at_the_default_pace(watch).stream(Timeframe.M1, record)
    rest = await taken(stream, 4 * HISTORY - 500)
    assert (len(rest), watch.seconds) == (4 * HISTORY - 500, 0)
    await anext(stream)
    assert watch.seconds == 1


async def test_nobody_sees_a_candle_early() -> None:
    """Candles are made ahead of their time; the clock and what is shown stay with those emitted."""
    exchange = at_the_default_pace(Stopwatch())
    stream = exchange.stream(Timeframe.M1, {})
    await taken(stream, 4 * HISTORY)
    now = (await anext(stream))[-1].close_time
    assert now == START + minutes(HISTORY + 1)
    assert (await exchange.ticker(BTC)).time == now
    assert (await exchange.candles(BTC, Timeframe.M1, START, LATER))[-1].close_time == now
    assert (await exchange.candles(BTC, Timeframe.M15, START, LATER))[-1].close_time == START + minutes(300)


async def test_every_timeframe_is_offered() -> None:
    exchange = SimulatedExchange(seed=1, speed=None)
    for timeframe in Timeframe:
        candles = await taken(exchange.stream(timeframe, {}), 2000)
        assert {candle.timeframe for candle in candles} == {timeframe}
        assert NOVA in newest(candles)
        assert len(await exchange.candles(BTC, Timeframe.M1, START, START + minutes(60))) == 60


async def test_a_record_from_before_the_market_opened_is_no_reason_to_begin_earlier() -> None:
    stream = SimulatedExchange(seed=1, speed=None).stream(Timeframe.M1, {BTC: START - minutes(1000)})
    assert (await anext(stream))[0].open_time == START


async def test_the_order_book_ends_before_the_price_does() -> None:
    cheap = evolve(COINS[0], symbol=a_symbol(), price=0.1)
    exchange = SimulatedExchange(seed=1, speed=None, coins=[cheap])
    await anext(exchange.stream(Timeframe.M1, {}))
    book = await exchange.order_book(BTC, 100)
    assert len(book.bids) < len(book.asks) == 100
    assert book.bids[-1].price > 0


async def test_seeds_make_different_markets() -> None:
    one, other = [await anext(SimulatedExchange(seed=seed, speed=None).stream(Timeframe.M1, {})) for seed in (1, 2)]
    assert [candle.close for candle in one] != [candle.close for candle in other]
    assert [candle.open_time for candle in one] == [candle.open_time for candle in other]
