"""Recording candles: each once, none that is still forming, and every gap noticed and filled as far as it goes."""

from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve

from adapters.memory.database import MemoryDatabase
from adapters.memory.exchange import MemoryExchange
from application.market.backfill_gaps import BackfillGapsHandler
from application.market.record_candles import RecordCandlesHandler, Recorded
from domain.errors import Unavailable
from domain.market.candle import Candle, Gap
from domain.market.listing import GapDetected
from domain.market.timeframe import Timeframe
from support.build import BTC, ETH, START, a_candle, an_account, minutes, new_ids

pytestmark = pytest.mark.anyio

M5 = Timeframe.M5


def at(*numbers: int, **changes: Any) -> list[Candle]:
    return [a_candle(open_time=START + minutes(5 * number), **changes) for number in numbers]


def a_gap(first: int, end: int) -> Gap:
    return Gap(symbol=BTC, timeframe=M5, start=START + minutes(5 * first), end=START + minutes(5 * end))


@pytest.fixture
def database() -> MemoryDatabase:
    return MemoryDatabase(an_account())


async def record(database: MemoryDatabase, *candles: Candle) -> Recorded:
    handler = RecordCandlesHandler(transactions=database, new_id=new_ids(len(candles) * 1000))
    return await handler(candles)


async def recorded(database: MemoryDatabase) -> Sequence[Candle]:
    return await database.read(lambda stores: stores.candles.after(BTC, M5, None, 1000))


async def gaps(database: MemoryDatabase) -> Sequence[Gap]:
    return await database.read(lambda stores: stores.gaps.all())


async def test_candles_are_recorded_once(database: MemoryDatabase) -> None:
    assert await record(database, *at(0, 1)) == Recorded(candles=2, gaps=[])
    assert await record(database, *at(0, 1, 2)) == Recorded(candles=1, gaps=[])
    assert await recorded(database) == at(0, 1, 2)


async def test_the_first_record_of_a_candle_stays(database: MemoryDatabase) -> None:
    await record(database, *at(0))
    assert await record(database, *at(0, open="99", close="99")) == Recorded(candles=0, gaps=[])
    assert await recorded(database) == at(0)


async def test_a_forming_candle_is_not_recorded(database: MemoryDatabase) -> None:
    assert (await record(database, *at(0), *at(1, closed=False))).candles == 1
    assert await recorded(database) == at(0)


async def test_nothing_at_all_is_nothing(database: MemoryDatabase) -> None:
    assert await record(database) == Recorded(candles=0, gaps=[])


async def test_a_gap_is_recorded_and_told_with_the_candle_after_it(database: MemoryDatabase) -> None:
    await record(database, *at(0))
    assert await record(database, *at(3)) == Recorded(candles=1, gaps=[a_gap(1, 3)])
    assert await gaps(database) == [a_gap(1, 3)]
    (event,) = await database.read(lambda stores: stores.outbox.waiting(10))
    assert isinstance(event, GapDetected)
    assert (event.symbol, event.missing, event.start) == (BTC, 2, START + minutes(5))


async def test_a_gap_within_a_batch_is_noticed_too(database: MemoryDatabase) -> None:
    assert (await record(database, *at(0, 2, 5))).gaps == [a_gap(1, 2), a_gap(3, 5)]


async def test_symbols_have_gaps_of_their_own(database: MemoryDatabase) -> None:
    assert (await record(database, *at(0), *at(0, symbol=ETH), *at(1), *at(1, symbol=ETH))).gaps == []


async def test_where_a_symbol_begins_is_no_gap(database: MemoryDatabase) -> None:
    assert (await record(database, *at(50))).gaps == []


async def test_an_older_candle_is_no_gap(database: MemoryDatabase) -> None:
    await record(database, *at(5))
    assert await record(database, *at(0)) == Recorded(candles=1, gaps=[])
    assert (await record(database, *at(6))).gaps == []


async def backfill(database: MemoryDatabase, exchange: MemoryExchange) -> int:
    async for _ in exchange.stream(M5, {}):
        pass
    return await BackfillGapsHandler(transactions=database, exchange=exchange)()


async def test_a_gap_that_the_exchange_can_fill_is_filled_and_forgotten(database: MemoryDatabase) -> None:
    await record(database, *at(0, 4))
    exchange = MemoryExchange([at(0, 4)], missed=at(1, 2, 3))
    assert await backfill(database, exchange) == 3
    assert await recorded(database) == at(0, 1, 2, 3, 4)
    assert await gaps(database) == []
    assert await backfill(database, exchange) == 0


async def test_what_the_exchange_lacks_stays_on_record_as_a_gap(database: MemoryDatabase) -> None:
    await record(database, *at(0, 4))
    assert await backfill(database, MemoryExchange([at(0, 4)], missed=at(2))) == 1
    assert await recorded(database) == at(0, 2, 4)
    assert await gaps(database) == [a_gap(1, 4)]
    assert await backfill(database, MemoryExchange([at(0, 4)], missed=at(1, 2, 3))) == 2
    assert await gaps(database) == []


async def test_an_exchange_that_does_not_answer_leaves_the_gap(database: MemoryDatabase) -> None:
    await record(database, *at(0, 4))
    exchange = MemoryExchange([at(0, 4)], missed=at(1, 2, 3))
    exchange.fail(Unavailable("no history"))
    with pytest.raises(Unavailable):
        await BackfillGapsHandler(transactions=database, exchange=exchange)()
    assert await gaps(database) == [a_gap(1, 4)]


class LooseExchange(MemoryExchange):
    """Answers with more than it was asked for."""

    async def candles(self, *_: Any) -> Sequence[Candle]:
        return [*at(1, 2, 3), *at(9), *at(2, symbol=ETH), evolve(at(3)[0], closed=False)]


async def test_only_closed_candles_of_the_gap_itself_fill_it(database: MemoryDatabase) -> None:
    await record(database, *at(0, 4))
    assert await BackfillGapsHandler(transactions=database, exchange=LooseExchange([at(0, 4)]))() == 3
    assert await recorded(database) == at(0, 1, 2, 3, 4)
    assert await database.read(lambda stores: dict(stores.candles.newest(M5))) == {BTC: START + minutes(20)}
