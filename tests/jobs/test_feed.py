"""The feed records what the market does, and neither loses a candle nor runs away from trading."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from adapters.memory.broker import Outage
from adapters.memory.exchange import MemoryExchange
from domain.errors import Unavailable
from domain.market.candle import Candle
from domain.market.listing import Listing
from domain.market.symbol import Source, Symbol, SymbolName
from domain.market.timeframe import Timeframe
from entrypoints.jobs.backlog import LONGEST
from entrypoints.jobs.job import Phase
from support.build import BTC, ETH, START, a_candle, minutes
from support.record import everything
from support.service import Service, batches, wild_candles

pytestmark = pytest.mark.anyio

NOVA = SymbolName("NOVA/USDT")


async def recorded(service: Service) -> Mapping[SymbolName, int]:
    """How many candles of each symbol."""
    record = await service.database.read(everything)
    return {symbol: len(candles) for symbol, candles in record["candles"].items()}


def five_minutes(symbol: SymbolName, *numbers: int) -> list[Candle]:
    return [a_candle(symbol=symbol, open_time=START + minutes(5 * number)) for number in numbers]


def in_time(*series: Sequence[Candle]) -> list[Candle]:
    return sorted((candle for part in series for candle in part), key=lambda candle: (candle.open_time, candle.symbol))


async def test_a_market_that_ends_leaves_a_finished_loop_behind() -> None:
    service = await Service(exchange=MemoryExchange(batches(wild_candles(10)))).prepare()
    async with service.running() as process:
        await asyncio.sleep(1)
        assert process.supervisor.states["feed"].phase is Phase.FINISHED
        assert process.pipeline.market.market_time == START + minutes(50)
    assert await recorded(service) == {BTC: 10, ETH: 10}


async def test_while_the_market_is_silent_the_loop_proves_itself_alive() -> None:
    service = await Service(exchange=MemoryExchange(batches(wild_candles(10)), endless=True)).prepare()
    async with service.running() as process:
        await asyncio.sleep(300)
        state = process.supervisor.states["feed"]
        assert (state.phase, state.restarts) == (Phase.RUNNING, 0)
        assert state.proven >= 299


async def test_only_wanted_symbols_are_recorded() -> None:
    service = Service(exchange=MemoryExchange(batches(wild_candles(10))), wanted=frozenset({ETH}))
    await (await service.prepare()).run()
    assert await recorded(service) == {ETH: 10}
    assert [symbol.name for symbol in (await service.database.read(everything))["symbols"]] == [BTC, ETH]


class RecordingExchange(MemoryExchange):
    """Remembers where its streams were told to go on, and how often it was asked for symbols."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.resumed: list[Mapping[SymbolName, object]] = []
        self.asked = 0

    def stream(self, timeframe: Timeframe, after: Mapping[SymbolName, Any]) -> Any:
        self.resumed.append(dict(after))
        return super().stream(timeframe, after)

    async def symbols(self) -> Sequence[Symbol]:
        self.asked += 1
        return await super().symbols()


async def test_a_restart_goes_on_after_what_is_on_record_and_passes_over_what_is_not_wanted() -> None:
    exchange = RecordingExchange(batches(wild_candles(10)))
    service = await Service(exchange=exchange, wanted=frozenset({ETH})).prepare()
    await service.run()
    await service.run()
    last = START + minutes(45)
    assert exchange.resumed == [{}, {ETH: last, BTC: last}]


async def test_a_simulated_market_waits_for_trading() -> None:
    candles = wild_candles(4_000)
    service = await Service(exchange=MemoryExchange(batches(candles, 500))).prepare()
    service.broker.outage = Outage.BEFORE
    async with service.running() as process:
        await asyncio.sleep(20)
        waiting = sum((await recorded(service)).values())
        assert LONGEST < waiting <= LONGEST + 1_000
        assert process.supervisor.states["feed"].proven >= 19
        service.broker.outage = None
        await asyncio.sleep(60)
    assert sum((await recorded(service)).values()) == 8_000


async def test_a_live_market_waits_for_nobody() -> None:
    exchange = MemoryExchange(batches(wild_candles(4_000), 500), source=Source.LIVE)
    service = await Service(exchange=exchange).prepare()
    service.broker.outage = Outage.BEFORE
    await service.run(20)
    assert sum((await recorded(service)).values()) == 8_000


async def test_a_symbol_that_appears_is_on_record_before_its_candles_and_told_as_a_listing() -> None:
    script = in_time(five_minutes(BTC, *range(12)), five_minutes(NOVA, *range(6, 12)))
    service = await Service(exchange=MemoryExchange(batches(script, 4))).prepare()
    await service.run()
    record = await service.database.read(everything)
    assert record["listings"] == [Listing(symbol=NOVA, listed_at=START + minutes(30))]
    assert [title for title, _ in record["told"]] == ["[simulated] NOVA/USDT was listed"]
    assert await recorded(service) == {BTC: 12, NOVA: 6}


class TalkativeExchange(RecordingExchange):
    """Streams candles of a symbol that it does not list."""

    async def symbols(self) -> Sequence[Symbol]:
        return [symbol for symbol in await super().symbols() if symbol.name != NOVA]


async def test_candles_of_a_symbol_that_is_not_listed_are_left_out_and_the_others_recorded() -> None:
    script = in_time(five_minutes(BTC, *range(12)), five_minutes(NOVA, *range(6, 12)))
    service = await Service(exchange=TalkativeExchange(batches(script, 4))).prepare()
    async with service.running() as process:
        await asyncio.sleep(60)
        assert not process.supervisor.states["feed"].failing
    assert await recorded(service) == {BTC: 12}


async def test_symbols_are_looked_at_once_for_each_minute_of_the_market() -> None:
    exchange = RecordingExchange(batches(wild_candles(10), 1))
    service = await Service(exchange=exchange).prepare()
    await service.run()
    assert exchange.asked == 1 + 10


class HalfDeadExchange(RecordingExchange):
    """Goes on streaming, and answers no other question after the first."""

    async def symbols(self) -> Sequence[Symbol]:
        found = await super().symbols()
        if self.asked > 1:
            raise Unavailable("no answer from the exchange")
        return found


async def test_candles_are_recorded_while_the_exchange_does_not_tell_its_symbols(
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = await Service(exchange=HalfDeadExchange(batches(wild_candles(10)))).prepare()
    async with service.running() as process:
        await asyncio.sleep(10)
        assert process.supervisor.states["feed"].restarts == 0
    assert await recorded(service) == {BTC: 10, ETH: 10}
    assert caplog.messages == ["cannot see which symbols there are: no answer from the exchange"]


class SlowArchive(MemoryExchange):
    """Has one candle of a gap at once and the others later."""

    complete = False

    async def candles(self, *asked: Any) -> Sequence[Candle]:
        found = await super().candles(*asked)
        return found if self.complete else found[:1]


async def test_a_gap_is_filled_at_once_and_what_the_exchange_lacks_is_asked_for_again() -> None:
    exchange = SlowArchive([five_minutes(BTC, 0, 1, 5, 6)], missed=five_minutes(BTC, 2, 3, 4), endless=True)
    service = await Service(exchange=exchange).prepare()
    async with service.running():
        await asyncio.sleep(15)
        assert await recorded(service) == {BTC: 5}
        exchange.complete = True
        await asyncio.sleep(500)
        assert await recorded(service) == {BTC: 5}
        await asyncio.sleep(120)
        assert await recorded(service) == {BTC: 7}
    assert (await service.database.read(everything))["gaps"] == []


async def test_a_gap_that_cannot_be_asked_for_keeps_no_candle_waiting() -> None:
    class Forgetful(MemoryExchange):
        async def candles(self, *_: Any) -> Sequence[Candle]:
            raise Unavailable("no history")

    service = await Service(exchange=Forgetful([five_minutes(BTC, 0, 1, 5, 6)])).prepare()
    async with service.running() as process:
        await asyncio.sleep(15)
        assert process.supervisor.states["backfill"].failing
        assert not process.supervisor.states["feed"].failing
    assert await recorded(service) == {BTC: 4}
