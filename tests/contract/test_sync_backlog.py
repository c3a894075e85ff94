"""A long backlog of facts: told batch after batch in one order, read ahead, and taken in whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from attrs import field, frozen

from adapters.memory.broker import Outage
from adapters.memory.replica import MemoryReplica
from adapters.sql.shared import DEFAULTS, POLICIES
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.sync.copy import SqliteCopy
from application.sync.synchronize import Progress, SynchronizeHandler
from domain.errors import Unavailable
from domain.market.candle import Candle
from domain.sync.clock import Boot
from domain.sync.log import BATCH_CHANGES
from support.build import START, a_candle, a_symbol, an_account, minutes, new_ids
from support.stores import sqlite_file

pytestmark = pytest.mark.anyio

MANY = 2 * BATCH_CHANGES + 10


def at(*numbers: int, close: str = "100") -> list[Candle]:
    return [a_candle(open_time=START + minutes(5 * number), close=close) for number in numbers]


@frozen
class Node:
    database: SqliteDatabase
    copy: SqliteCopy
    replica: MemoryReplica
    synchronize: SynchronizeHandler = field(init=False)

    @synchronize.default
    def _made(self) -> SynchronizeHandler:
        known = {"policies": POLICIES, "defaults": DEFAULTS, "account": "a test", "schema": 1}
        return SynchronizeHandler(
            copy=self.copy,
            replica=self.replica,
            now=lambda: START,
            new_id=new_ids(),
            **known,  # type: ignore[arg-type]
        )

    async def record(self, candles: list[Candle]) -> None:
        await self.database.write(lambda stores: stores.candles.add(candles))

    async def recorded(self) -> int:
        return len(await self.database.read(lambda stores: stores.session.all("SELECT 1 FROM candles")))

    async def waiting(self) -> int:
        return await self.copy.read(lambda _, ledger: ledger.waiting())

    async def until_done(self) -> Progress:
        while (progress := await self.synchronize()).more:
            pass
        return progress


@asynccontextmanager
async def node(folder: Path, replica: MemoryReplica, boot: str) -> AsyncIterator[Node]:
    (folder / boot).mkdir()
    database = SqliteDatabase(sqlite_file(folder / boot), an_account())
    await database.open()
    copy = SqliteCopy(database)
    await copy.begin(Boot(boot * 16))
    try:
        yield Node(database, copy, replica)
    finally:
        await database.close()


@pytest.fixture
def replica() -> MemoryReplica:
    return MemoryReplica(now=lambda: START)


async def test_a_backlog_is_told_in_one_portion_and_arrives_whole(tmp_path: Path, replica: MemoryReplica) -> None:
    async with node(tmp_path, replica, "a") as ours, node(tmp_path, replica, "b") as theirs:
        await ours.until_done()
        await ours.record(at(*range(MANY)))

        progress = await ours.synchronize()
        await theirs.until_done()

        assert (progress.told, progress.more) == (MANY, False)
        assert await ours.waiting() == 0
        assert len(replica.entries) == MANY
        assert await theirs.recorded() == MANY
        assert await theirs.waiting() == 0


async def test_what_an_outage_left_untold_is_told_later(tmp_path: Path, replica: MemoryReplica) -> None:
    async with node(tmp_path, replica, "a") as ours:
        await ours.until_done()
        await ours.record(at(*range(MANY)))
        replica.outage = Outage.AFTER
        with pytest.raises(Unavailable):
            await ours.synchronize()
        replica.outage = None
        assert await ours.waiting() == MANY

        await ours.until_done()

        assert await ours.waiting() == 0
        assert len(replica.entries) == MANY


async def test_what_is_untold_can_be_read_on_from_any_change(tmp_path: Path, replica: MemoryReplica) -> None:
    async with node(tmp_path, replica, "a") as ours, node(tmp_path, replica, "b") as theirs:
        await ours.record(at(1, 2))
        await ours.until_done()
        await theirs.record(at(1, 2, close="101"))
        await theirs.until_done()
        await theirs.record(at(0, 3, 4))
        await theirs.database.write(lambda stores: stores.symbols.save([a_symbol()]))
        await theirs.copy.write(lambda _, ledger: ledger.tell_all())

        everything = await theirs.copy.read(lambda _, ledger: ledger.untold(100))

        assert {change.table for change in everything} == {"conflicts", "candles"}
        for place, last in enumerate(everything, start=1):
            rest = await theirs.copy.read(lambda _, ledger, last=last: ledger.untold(100, after=last))
            assert rest == everything[place:]
