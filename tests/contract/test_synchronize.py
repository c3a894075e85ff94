"""Synchronizing SQLite files through a log in memory: one rule of it a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from attrs import evolve

from adapters.memory.broker import Outage
from adapters.memory.replica import MemoryReplica
from application.ports.sync import Replica
from domain.errors import Rejected, Unavailable
from domain.sync.capture import fact
from domain.sync.change import Change, Key, change_of, key_of
from domain.sync.clock import stamp_of
from domain.sync.row import UNHEARD, written
from domain.trading.portfolio import Portfolio
from support.build import START, a_fill, an_account, an_id
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
            node.date(10**9)
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


async def test_what_was_told_to_a_log_that_is_then_restored_is_told_again(
    tmp_path: Path, replica: MemoryReplica
) -> None:
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

    async with opened(tmp_path, b=replica, a=replica) as (b, _):
        await b.settle()
        assert b.tables()["risk_limits"][LIMITS]["max_position"] == "0.5"


async def test_an_idle_portion_is_one_request_and_leaves_no_trace(tmp_path: Path, replica: MemoryReplica) -> None:
    fuse = Fuse()
    async with opened(tmp_path, a=FusedReplica(fuse, replica)) as (a,):
        place, entries = await a.place(), dict(replica.entries)
        fuse.length = 2  # before the request, and after it

        progress = await a.synchronize()

        assert fuse.length == 0
        assert (progress.told, progress.taken, progress.more) == (0, 0, False)
        assert (await a.place(), replica.entries) == (place, entries)


async def test_a_push_whose_answer_was_lost_is_repeated_and_adds_nothing(
    tmp_path: Path, replica: MemoryReplica
) -> None:
    fuse = Fuse(error=Unavailable("it does not answer"))
    async with opened(tmp_path, a=FusedReplica(fuse, replica), b=replica) as (a, b):
        entries = len(replica.entries)
        a.shell("UPDATE risk_limits SET max_position = '0.5'")
        fuse.length = 3
        with pytest.raises(Unavailable):
            await a.synchronize()
        assert len(replica.entries) == entries + 1
        assert await a.waiting() == 1

        await a.settle()

        assert len(replica.entries) == entries + 1
        assert await a.waiting() == 0
        await b.settle()
        assert b.tables() == a.tables()


async def test_a_push_that_did_not_arrive_is_still_waiting(tmp_path: Path, replica: MemoryReplica) -> None:
    fuse = Fuse(error=Unavailable("it does not answer"))
    async with opened(tmp_path, a=FusedReplica(fuse, replica)) as (a,):
        a.shell("UPDATE risk_limits SET max_position = '0.5'")
        fuse.length = 2
        with pytest.raises(Unavailable):
            await a.synchronize()

        assert await a.waiting() == 1


async def test_a_page_is_taken_in_whole_or_not_at_all(tmp_path: Path, replica: MemoryReplica) -> None:
    """Wherever it breaks off: the rows, what is known of them, the records and the bookmark move together."""
    fuse = Fuse()
    async with opened(tmp_path, a=replica, b=replica) as (a, b):
        a.shell("UPDATE risk_limits SET max_position = '0.5'")
        a.shell("INSERT INTO listings VALUES ('A/USDT', '2025-01-01T00:00:00.000Z')")
        b.shell("UPDATE risk_limits SET max_position = '0.6'")
        await a.settle()
        copy = b.synchronize.copy
        before, place, broken = b.tables(), await b.place(), 0
        while before == b.tables():
            b.synchronize = evolve(b.synchronize, copy=FusedCopy(fuse, copy))
            fuse.length, broken = broken, broken + 1
            with suppress(Crash):
                await b.synchronize()
            fuse.length = None
            if b.tables() == before:
                assert (await b.place()).bookmark == place.bookmark

        assert broken > 10
        assert (await b.place()).bookmark != place.bookmark
        assert b.tables()["risk_limits"][LIMITS]["max_position"] == "0.5"
        assert len(b.tables()["conflicts"]) == 1
        await b.settle()
        await a.settle()
        assert a.tables() == b.tables()
        assert await a.states() == await b.states()


async def test_what_lost_is_on_record_and_told_of_once(nodes: list[Node], replica: MemoryReplica) -> None:
    a, b = nodes
    for node, limit in ((a, "0.5"), (b, "0.6")):
        node.shell("UPDATE risk_limits SET max_position = ?", (limit,))
    told = len(replica.entries)
    for node in (a, b, a, b):
        await node.settle()

    for node in nodes:
        (conflict,) = await node.database.read(lambda stores: stores.conflicts.page(before=None, limit=9))
        assert (conflict.winner.value, conflict.loser.value, conflict.column) == ("0.5", "0.6", "max_position")
        assert node.shell("SELECT max_position FROM risk_limits") == [("0.5",)]
    events = [event for node in nodes for event in node.shell("SELECT kind, event FROM outbox")]
    assert len(events) == 1
    assert "0.6" in events[0][1]
    tables = [entry.change.table for entry in list(replica.entries.values())[told:]]
    assert tables == ["risk_limits", "conflicts", "risk_limits"]


async def test_a_later_write_prevails_though_its_nodes_clock_is_slow(nodes: list[Node]) -> None:
    a, b = nodes
    a.shell("UPDATE strategies SET allocation = '0.5'")
    a.date(4 * 10**11)
    await a.settle()
    await b.settle()
    assert (await b.place()).clock.millisecond >= 4 * 10**11
    b.shell("UPDATE strategies SET allocation = '0.25'")
    b.date(10**9)
    await b.settle()
    await a.settle()

    assert a.tables() == b.tables()
    assert {row["allocation"] for row in a.tables()["strategies"].values()} == {"0.25"}
    assert a.tables()["conflicts"] == {}


async def test_of_rivals_that_did_not_know_of_each_other_the_newer_by_the_clock_shows(nodes: list[Node]) -> None:
    """Also where the older is looked at only after the newer has arrived."""
    a, b = nodes
    a.shell("UPDATE strategies SET allocation = '0.5'")
    a.date(4 * 10**11)
    await a.settle()
    b.shell("UPDATE strategies SET allocation = '0.25'")
    b.date(10**11)
    for node in (b, a, b):
        await node.settle()

    assert a.tables() == b.tables()
    assert {row["allocation"] for row in a.tables()["strategies"].values()} == {"0.5"}
    assert {row["loser_value"] for row in a.tables()["conflicts"].values()} == {"0.25"}


async def test_a_copied_file_is_another_node_and_both_hear_of_each_other(
    tmp_path: Path, nodes: list[Node], replica: MemoryReplica
) -> None:
    a, b = nodes
    twin = await Node(folder=tmp_path / "twin", replica=replica).open(a.content())
    try:
        for node, table in ((a, "risk_limits SET max_position"), (twin, "risk_limits SET max_exposure")):
            node.shell(f"UPDATE {table} = '0.5'")
        for node in (a, twin, a, b):
            await node.settle()
        assert a.tables() == twin.tables() == b.tables()
        assert a.tables()["risk_limits"][LIMITS]["max_exposure"] == "0.5"
    finally:
        await twin.close()


async def test_a_new_node_takes_over_what_was_chosen_and_imposes_no_default(tmp_path: Path, nodes: list[Node], replica):
    a, b = nodes
    a.shell("UPDATE risk_limits SET max_position = '0.5'")
    a.shell("UPDATE trading_halt SET halted = 1, reason = 'enough'")
    a.shell("UPDATE strategies SET allocation = '0.5'")
    await a.settle()
    new = await Node(folder=tmp_path / "new", replica=replica).open()
    try:
        for node in (new, a, b):
            await node.settle()
        assert new.tables() == a.tables() == b.tables()
        assert a.tables()["risk_limits"][LIMITS]["max_position"] == "0.5"
        assert {row["allocation"] for row in a.tables()["strategies"].values()} == {"0.5"}
        assert a.tables()["conflicts"] == {}
    finally:
        await new.close()


async def test_a_lost_remote_is_filled_again_by_any_node(
    tmp_path: Path, nodes: list[Node], replica: MemoryReplica
) -> None:
    a, b = nodes
    a.shell("UPDATE risk_limits SET max_position = '0.5'")
    await a.database.write(lambda stores: stores.fills.add(a_fill(id=an_id(1))))
    await a.settle()
    await b.settle()
    empty = MemoryReplica(now=lambda: START)
    replica.epoch, replica.entries, replica._op_ids = empty.epoch, empty.entries, empty._op_ids
    await b.settle()

    new = await Node(folder=tmp_path / "new", replica=replica).open()
    try:
        await new.settle()
        assert new.tables() == b.tables() == a.tables()
    finally:
        await new.close()


async def test_contradicting_facts_are_a_conflict_and_one_of_them_is_kept_everywhere(nodes: list[Node]) -> None:
    a, b = nodes
    for node, price in ((a, "100"), (b, "200")):
        await node.database.write(
            lambda stores, price=price: stores.fills.add(a_fill(id=an_id(1), order_id=an_id(2), price=price))
        )
        await node.database.write(lambda stores: stores.fills.portfolio())
    for node in (a, b, a, b):
        await node.settle()

    assert a.tables() == b.tables()
    assert len(a.tables()["conflicts"]) == 1
    for node in nodes:
        portfolio = await node.database.write(lambda stores: stores.fills.portfolio())
        (fill,) = await node.database.read(lambda stores: stores.fills.of(an_id(2)))
        assert portfolio == Portfolio.opened(an_account()).apply(fill)


async def test_the_same_fact_of_two_nodes_is_one_change(nodes: list[Node], replica: MemoryReplica) -> None:
    told = len(replica.entries)
    for node in nodes:
        await node.database.write(lambda stores: stores.fills.add(a_fill(id=an_id(1), order_id=an_id(2))))
    for node in nodes:
        await node.settle()

    assert len(replica.entries) == told + 1
    assert [await node.waiting() for node in nodes] == [0, 0]


def a_change(table: str, key: Key, **values: str) -> Change:
    return change_of(table, key, written(UNHEARD, stamp_of(10**12, 0, a_boot()), values))


SOUND = a_change("symbols", key_of(["A/USDT"]), price_tick="1", quantity_step="1", minimum_notional="1")


@pytest.mark.parametrize(
    "damaged",
    [
        a_change("users", key_of(["alice"]), name="Alice"),
        a_change("outbox", key_of(["1"]), kind="x"),
        Change(table="risk_limits", key=LIMITS, payload="{"),
        Change(table="risk_limits", key=LIMITS, payload='[1,{"x":{"max_position":"1"}},[]]'),
        a_change("strategies", key_of(["ema_crossover"]), allocation="7"),
        a_change("risk_limits", LIMITS, max_position="0.5", other="1"),
        a_change("risk_limits", key_of(["account", "other"]), max_position="0.5"),
        a_change("symbols", key_of(["B/USDT"]), price_tick="1"),
        Change(table="risk_limits", key=Key("{"), payload=SOUND.payload),
        Change(table="risk_limits", key=Key("7"), payload=SOUND.payload),
        Change(table="risk_limits", key=Key('[["account"]]'), payload=SOUND.payload),
        Change(
            table="fills",
            key=key_of(["1", "2"]),
            payload=change_of("fills", key_of(["1"]), fact({"price": "1"})).payload,
        ),
        a_change("fills", key_of(["1", "2"]), price="1"),
        a_change("orders", key_of(["1"]), status="filled"),
        Change(table="fills", key=key_of([an_id(1)]), payload="[1,{},[]]"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_its_whole_page(nodes: list[Node], replica, damaged: Change) -> None:
    a, _ = nodes
    place, tables = await a.place(), a.tables()
    await replica.push(a_boot(), place.bookmark, [SOUND, damaged])

    with pytest.raises(Rejected) as error:
        await a.settle()

    assert error.value.code == "remote_damaged"
    assert (await a.place(), a.tables()) == (place, tables)


async def test_a_newer_releases_log_is_left_alone(nodes: list[Node], replica: MemoryReplica) -> None:
    a, _ = nodes
    a.shell("UPDATE risk_limits SET max_position = '0.5'")
    entries, tables = dict(replica.entries), a.tables()
    replica.schema += 1

    with pytest.raises(Rejected) as error:
        await a.settle()

    assert error.value.code == "remote_newer"
    assert (replica.entries, a.tables()) == (entries, tables)
    assert await a.waiting() == 1


async def test_a_node_of_a_newer_release_says_so_to_the_log_it_knows(nodes: list[Node], replica: MemoryReplica) -> None:
    a, _ = nodes
    release = replica.schema
    replica.schema -= 1

    await a.settle()

    assert replica.schema == release


async def test_the_log_of_another_account_is_left_alone(
    tmp_path: Path, nodes: list[Node], replica: MemoryReplica
) -> None:
    entries = dict(replica.entries)
    other = await Node(folder=tmp_path / "other", replica=replica, account="another account").open()
    try:
        with pytest.raises(Rejected) as error:
            await other.settle()
        assert error.value.code == "remote_other_account"
        assert (await other.place()).bookmark is None
        assert replica.entries == entries
    finally:
        await other.close()


async def test_an_outage_of_the_remote_costs_nothing(nodes: list[Node], replica: MemoryReplica) -> None:
    a, b = nodes
    for outage in Outage:
        replica.outage = outage
        a.shell("UPDATE strategies SET enabled = NOT enabled")
        with pytest.raises(Unavailable):
            await a.settle()
    replica.outage = None
    await a.settle()
    await b.settle()

    assert a.tables() == b.tables()
