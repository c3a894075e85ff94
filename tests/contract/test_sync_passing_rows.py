"""Rows that came and went between two looks."""

from pathlib import Path

import pytest

from adapters.memory.replica import MemoryReplica
from adapters.system.clock import wall_clock
from support.nodes import a_node

pytestmark = pytest.mark.anyio

ADDED = (
    "INSERT INTO symbols (name, price_tick, quantity_step, minimum_notional) VALUES ('BTC/USDT', '0.01', '0.1', '5')"
)


async def test_a_row_that_came_and_went_unseen_is_no_news_and_may_come_again(tmp_path: Path) -> None:
    replica = MemoryReplica(now=wall_clock)
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    async with (
        a_node(tmp_path / "first", 1, replica, replica) as first,
        a_node(tmp_path / "second", 2, replica, replica) as second,
    ):
        await first.run(ADDED)
        await first.run("DELETE FROM symbols")
        await first.sync()
        assert not any(entry.change.table == "symbols" for entry in replica.entries.values())

        await second.run(ADDED)
        for node in (second, first):
            await node.sync()

        assert await first.rows() == await second.rows()
