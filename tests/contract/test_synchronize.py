"""Synchronizing SQLite files through a log in memory: one rule of it a test."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.memory.replica import MemoryReplica
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


@pytest.fixture
async def nodes(tmp_path: Path, replica: MemoryReplica) -> AsyncIterator[tuple[Node, Node]]:
    """Two nodes that agree."""
    a, b = Node(folder=tmp_path / "a", replica=replica), Node(folder=tmp_path / "b", replica=replica)
    for node in (a, b):
        await node.open()
        await node.settle()
    yield a, b
    for node in (a, b):
        await node.close()


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
