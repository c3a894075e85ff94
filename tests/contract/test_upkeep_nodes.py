"""Several bots, one remote copy: its tables are theirs, and a log that got shorter says the same."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from attrs import define

from adapters.memory.broker import Outage
from adapters.memory.replica import MemoryReplica
from domain.errors import Unavailable
from domain.sync.change import change_of, key_of
from domain.sync.clock import Boot, stamp_of
from domain.sync.log import Bookmark
from domain.sync.row import UNHEARD, written
from support.keepers import Keeper, a_keeper
from support.remotes import KINDS, Remote, remote

pytestmark = pytest.mark.anyio

SYMBOL = "INSERT OR REPLACE INTO symbols (name, price_tick, quantity_step, minimum_notional) VALUES (?, ?, '0.1', '5')"
LIMIT = "UPDATE risk_limits SET max_open_orders = ?"
FILL = """
INSERT INTO fills VALUES (?, 'order', 'BTC/USDT', 'buy', '1', ?, '0', '2026-01-01T00:00:00.000Z', 'paper', NULL)
"""


@define
class Office:
    """A remote copy and the bots on it."""

    remote: Remote
    folder: Path
    stack: AsyncExitStack
    nodes: list[Keeper]

    async def hire(self) -> Keeper:
        made = a_keeper(self.folder / f"node {len(self.nodes)}", self.remote.replica, self.remote.upkeep)
        self.nodes.append(await self.stack.enter_async_context(made))
        return self.nodes[-1]

    async def quiet(self) -> None:
        for node in (*self.nodes, *self.nodes):
            await node.node.settle()

    async def compact(self) -> int:
        """Let every node put on record how far it has read, and the last one see all of them."""
        return sum([await node.compact() for node in self.nodes])

    async def agreed(self) -> None:
        """All nodes hold the same, and the mirrors, too."""
        await self.quiet()
        await self.nodes[0].mirror_all()
        held = [node.rows() for node in self.nodes]
        assert all(rows == held[0] for rows in held)
        assert self.remote.mirrored() == held[0]


@pytest.fixture(params=KINDS)
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        shared = await stack.enter_async_context(remote(request.param, tmp_path))
        made = Office(shared, tmp_path, stack, [])
        for _ in range(2):
            await made.hire()
        await made.quiet()
        yield made


async def test_a_row_that_is_deleted_disappears_from_the_mirrors(office: Office) -> None:
    first, second = office.nodes
    first.run(SYMBOL, "BTC/USDT", "0.01")
    await office.agreed()
    assert ("symbols", '["BTC/USDT"]') in office.remote.mirrored()

    second.run("DELETE FROM symbols")
    await office.agreed()

    assert ("symbols", '["BTC/USDT"]') not in office.remote.mirrored()


async def test_only_a_node_that_read_all_and_told_all_shows_anything(office: Office) -> None:
    first, second = office.nodes
    await office.agreed()
    before = office.remote.mirrored()
    first.run(LIMIT, 7)
    await first.node.settle()

    assert not await second.mirror()
    assert office.remote.mirrored() == before
    await second.node.settle()
    second.run(SYMBOL, "BTC/USDT", "0.01")
    assert not await second.mirror()
    assert office.remote.mirrored() == before
    assert not await first.mirror()
    assert office.remote.mirrored() == first.rows()


async def test_large_rows_are_brought_in_in_portions(office: Office) -> None:
    first, _ = office.nodes
    for number in range(5):
        first.run(SYMBOL, f"S{number}/USDT", "0.01")
        first.run(
            "INSERT INTO notifications VALUES (?, 'k', 'info', 't', ?, 'log', '2026-01-01T00:00:00.000Z', NULL)",
            f"{number}",
            "x" * 300_000,
        )
    await office.quiet()

    portions = 1
    while await first.mirror():
        portions += 1

    assert portions == 2
    assert office.remote.mirrored() == first.rows()


async def test_the_log_gets_shorter_and_says_the_same_to_who_is_new_away_or_there(office: Office) -> None:
    first, second = office.nodes
    away = await office.hire()
    await office.quiet()
    await away.compact()
    office.nodes.remove(away)
    away.run(SYMBOL, "ETH/USDT", "0.5")
    for number in range(10):
        first.run(LIMIT, number + 1)
        second.run(SYMBOL, "BTC/USDT", f"0.{number}1")
        second.run("UPDATE risk_limits SET max_position = ?", f"0.{number}1")
        await office.quiet()
    second.run("DELETE FROM symbols")
    await office.quiet()
    before = len(office.remote.log())
    office.remote.silent_since((await away.node.place()).clock.boot, 31)

    superfluous = await office.compact()

    after = office.remote.log()
    assert superfluous > 20
    assert len(after) == before - superfluous
    assert await office.compact() == 0
    assert office.remote.log() == after
    office.nodes.append(away)
    await office.hire()
    await office.agreed()
    await office.compact()
    await office.hire()
    await office.agreed()


async def test_a_node_that_has_something_to_tell_does_not_shorten_the_log(office: Office) -> None:
    first, second = office.nodes
    for number in range(3):
        first.run(LIMIT, number + 1)
        await office.quiet()
    place = await second.node.place()
    assert place.bookmark is not None
    for node in (first, second):
        await office.remote.replica.push((await node.node.place()).clock.boot, place.bookmark, ())
    log = office.remote.log()
    first.run(LIMIT, 9)

    assert await first.compact() == 0
    assert office.remote.log() == log
    assert await second.compact() > 0


async def test_rivals_that_no_node_has_put_together_are_joined(office: Office) -> None:
    key = key_of(["BTC/USDT"])
    for number, boot in enumerate((Boot("a" * 16), Boot("b" * 16)), start=1):
        values = {"price_tick": f"0.{number}1", "quantity_step": "0.1", "minimum_notional": "5"}
        change = change_of("symbols", key, written(UNHEARD, stamp_of(number, 0, boot), values))
        await office.remote.replica.push(boot, Bookmark(epoch=await epoch(office)), [change])
        office.remote.silent_since(boot, 31)
    office.nodes[0].run(SYMBOL, "ETH/USDT", "0.5")
    await office.quiet()

    assert await office.compact() > 0

    newcomer = await office.hire()
    await office.agreed()
    states = [(await keeper.node.states())["symbols", key] for keeper in (office.nodes[0], newcomer)]
    assert states[0] == states[1]
    assert len(states[0].writes) == 2


async def epoch(office: Office) -> str:
    bookmark = (await office.nodes[0].node.place()).bookmark
    assert bookmark is not None
    return bookmark.epoch


async def act(node: Keeper, chance: random.Random, step: int) -> None:
    """Something that happens to a bot, or that it does."""
    match chance.choice(["limit", "symbol", "delete", "fill", "sync", "sync", "sync", "mirror", "compact"]):
        case "limit":
            node.run(LIMIT, step % 40 + 1)
        case "symbol":
            node.run(SYMBOL, chance.choice(["BTC/USDT", "ETH/USDT"]), f"0.{step}1")
        case "delete":
            node.run("DELETE FROM symbols WHERE name = 'BTC/USDT'")
        case "fill":
            node.run(FILL, f"fill {node.node.folder.name} {step}", str(step + 1))
        case "sync":
            await node.node.synchronize()
        case "mirror":
            await node.mirror()
        case "compact":
            await node.compact()


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_several_bots_do_at_once_all_agree_in_the_end(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    for step in range(60):
        if step in (10, 40):
            await office.hire()
        await asyncio.gather(*(act(node, chance, step) for node in office.nodes))
    await office.agreed()
    await office.compact()
    await office.hire()
    await office.agreed()


@pytest.mark.parametrize("seed", range(6))
async def test_a_remote_that_fails_before_or_after_it_acts_sets_nothing_apart(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        shared = await stack.enter_async_context(remote("memory", tmp_path))
        office = Office(shared, tmp_path, stack, [])
        assert isinstance(shared.replica, MemoryReplica)
        for _ in range(3):
            await office.hire()
        for step in range(80):
            node = chance.choice(office.nodes)
            shared.replica.outage = chance.choice([None, None, Outage.BEFORE, Outage.AFTER])
            node.run(LIMIT, step % 40 + 1)
            node.run(SYMBOL, chance.choice(["BTC/USDT", "ETH/USDT"]), f"0.{step}1")
            for attempt in (node.node.synchronize, node.node.synchronize, node.mirror, node.compact):
                try:
                    await attempt()
                except Unavailable:
                    shared.replica.outage = None
        shared.replica.outage = None
        await office.agreed()
        await office.compact()
        await office.hire()
        await office.agreed()
