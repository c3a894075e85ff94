"""Synchronizing SQLite files through a log in memory: one rule of it a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.memory.replica import MemoryReplica
from application.ports.sync import Replica
from domain.errors import Rejected, Unavailable
from domain.sync.change import Change, Key, change_of, decoded, key_of
from domain.sync.clock import millisecond_of, stamp_of
from domain.sync.row import UNHEARD, written
from domain.trading.risk import RiskLimits
from support.build import BTC, START, a_fill, an_id
from support.copies import Node, a_boot
from support.fuse import Crash, Fuse, FusedCopy, FusedReplica

pytestmark = pytest.mark.anyio

LIMITS = key_of(["account"])


@pytest.fixture
def replica() -> MemoryReplica:
    return MemoryReplica(now=lambda: START)


@asynccontextmanager
async def opened(folder: Path, **replicas: Replica) -> AsyncIterator[list[Node]]:
    """Nodes of these names that agree."""
    nodes = [await Node(folder=folder / name, replica=replica).open() for name, replica in replicas.items()]
    try:
        for node in nodes:
            await node.settle()
        yield nodes
    finally:
        for node in nodes:
            await node.close()


@pytest.fixture
async def nodes(tmp_path: Path, replica: MemoryReplica) -> AsyncIterator[list[Node]]:
    async with opened(tmp_path, a=replica, b=replica) as two:
        yield two


async def test_a_row_that_was_written_and_deleted_before_anyone_looked_is_no_news(nodes, replica) -> None:
    a, b = nodes
    told = len(replica.entries)
    a.shell("INSERT INTO symbols VALUES ('A/USDT', '1', '1', '1')")
    a.shell("DELETE FROM symbols")

    await a.settle()
    await b.settle()

    assert len(replica.entries) == told
    b.shell("INSERT INTO symbols VALUES ('A/USDT', '2', '2', '2')")
    await b.settle()
    await a.settle()
    assert a.tables()["symbols"] == b.tables()["symbols"] != {}


async def test_what_was_told_to_a_log_that_is_then_restored_is_told_again(tmp_path: Path, replica: MemoryReplica) -> None:
    fuse = Fuse()
    fused = FusedReplica(fuse, replica)
    async with opened(tmp_path, a=fused, b=replica) as (a, b):
        before, op_ids = dict(replica.entries), set(replica._op_ids)
        a.shell("UPDATE risk_limits SET max_position = '0.5'")
        for step in range(20):
            fuse.length = step
            with suppress(Crash):
                await a.synchronize()
            replica.entries, replica._op_ids = dict(before), set(op_ids)

        await a.settle()
        await b.settle()

    assert b.tables()["risk_limits"] == a.tables()["risk_limits"]


async def test_a_log_that_was_restored_and_filled_alike_by_another_node_is_told_what_it_lost(
    tmp_path: Path, replica: MemoryReplica
) -> None:
    """Both begin with the same settings, so that the log's last entry is the same, and only an earlier one differs."""
    begun = Node(folder=tmp_path / "a", replica=replica)
    await begun.open()
    begun.shell("UPDATE risk_limits SET max_position = '0.5'")
    await begun.settle()
    await begun.close()
    replica.entries, replica._op_ids = {}, set()

    async with opened(tmp_path, b=replica, a=replica) as (b, a):
        await b.settle()
        assert b.tables()["risk_limits"][LIMITS]["max_position"] == "0.5"
