"""The trader trades what was recorded, as it comes or from the record."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from attrs import define, field

from adapters.memory.exchange import MemoryExchange
from application.ports.transactions import Stores, Transactions
from support.record import everything
from support.service import Service, batches, wild_candles

pytestmark = pytest.mark.anyio

T = TypeVar("T")
CANDLES = wild_candles(120)


@define(eq=False)
class CountedReads:
    """Counts the candles that were read back."""

    inner: Transactions
    candles: int = field(init=False, default=0)

    async def read(self, unit: Callable[[Stores], T]) -> T:
        found = await self.inner.read(unit)
        if "UpcomingCandles" in repr(unit):
            self.candles += len(found)  # type: ignore[arg-type]
        return found

    async def write(self, unit: Callable[[Stores], T], *, durable: bool = True) -> T:
        return await self.inner.write(unit, durable=durable)


async def test_trading_that_keeps_up_does_not_read_back_what_was_just_recorded() -> None:
    service = await Service(exchange=MemoryExchange(batches(CANDLES))).prepare()
    counted = CountedReads(service.database)
    async with service.running(counted):
        await asyncio.sleep(10)
    assert counted.candles <= 20
    marks = (await service.database.read(everything))["marks"]
    assert {mark.opened for mark in marks.values()} == {CANDLES[-1].open_time}


async def test_what_an_earlier_run_recorded_is_traded_first() -> None:
    service = await Service(exchange=MemoryExchange(batches(CANDLES))).prepare()
    await service.database.write(lambda stores: stores.candles.add(CANDLES[:100]))
    listed = await service.exchange.symbols()
    await service.database.write(lambda stores: stores.symbols.save(listed))
    counted = CountedReads(service.database)
    await service.run(transactions=counted)
    assert counted.candles >= 100
    whole = await Service(exchange=MemoryExchange(batches(CANDLES))).prepare()
    await whole.run()
    assert await service.database.read(everything) == await whole.database.read(everything)


async def test_while_nothing_happens_the_trader_proves_itself_alive() -> None:
    service = await Service(exchange=MemoryExchange(batches(CANDLES), endless=True)).prepare()
    async with service.running() as process:
        await asyncio.sleep(300)
        assert process.supervisor.states["trader"].proven >= 299


async def test_whoever_shows_the_state_is_told_of_every_change() -> None:
    changes: list[int] = []
    service = await Service(exchange=MemoryExchange(batches(CANDLES)), changed=lambda: changes.append(1)).prepare()
    await service.run()
    assert len(changes) >= len(batches(CANDLES))
