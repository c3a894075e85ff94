"""What every remote copy promises, asserted in memory and on a real libSQL server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.broker import Outage
from adapters.memory.replica import MemoryReplica
from adapters.system.clock import wall_clock
from adapters.turso.replica import TursoReplica
from application.ports.sync import Replica
from domain.errors import Conflict, NotFound, Unavailable
from domain.sync.change import MAX_PAYLOAD, Change, change_of, decoded, key_of
from domain.sync.clock import Boot, stamp_of
from domain.sync.log import PAGE_BYTES, Bookmark, batches
from domain.sync.row import UNHEARD, written
from support import sqld

pytestmark = pytest.mark.anyio

A, B, C = Boot("a" * 16), Boot("b" * 16), Boot("c" * 16)
START = Bookmark(epoch="log")


@pytest.fixture(params=["memory", *(["sqld"] if sqld.installed() else [])])
async def replica(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Replica]:
    if request.param == "memory":
        yield MemoryReplica(now=wall_clock)
        return
    server = sqld.Sqld(tmp_path / "sqld").start()
    turso = TursoReplica(url=server.url, token=sqld.token(), production=False)
    yield turso
    await turso.close()
    server.kill()


def a_change(number: int, values: dict[str, str | None] | None = None, key: str | None = None) -> Change:
    row = written(UNHEARD, stamp_of(number, 0, A), values or {"value": str(number)})
    return change_of("settings", key_of([key or f"{number:05}"]), row)


async def everything(replica: Replica, node: Boot, bookmark: Bookmark = START, limit: int = 100) -> list[Change]:
    """All that the log has for `node` after `bookmark`, page by page."""
    found: list[Change] = []
    while True:
        page = await replica.pull(node, bookmark, limit)
        assert page.bookmark.seq >= bookmark.seq
        found += page.changes
        bookmark = page.bookmark
        if page.last:
            return found


async def head(replica: Replica) -> Bookmark:
    return (await replica.pull(C, START, 1)).state.head


async def test_the_first_to_prepare_names_the_log(replica: Replica) -> None:
    state = await replica.prepare("first", 3)

    assert (state.epoch, state.schema, state.floor) == ("first", 3, 0)
    assert state.head == Bookmark(epoch="first")
    assert abs(state.time - wall_clock()) < timedelta(minutes=1)
    assert (await replica.prepare("second", 3)).epoch == "first"


async def test_the_schema_rises_and_never_falls(replica: Replica) -> None:
    await replica.prepare("log", 2)

    assert (await replica.prepare("log", 1)).schema == 2
    assert (await replica.prepare("log", 5)).schema == 5
    assert (await replica.pull(A, START, 10)).state.schema == 5


async def test_without_a_log_nothing_is_pushed_or_pulled(replica: Replica) -> None:
    for call in (replica.push(A, START, [a_change(1)]), replica.push(A, START, []), replica.pull(A, START, 10)):
        with pytest.raises(NotFound) as error:
            await call
        assert error.value.code == "log_missing"


async def test_what_one_node_pushes_another_pulls_in_that_order(replica: Replica) -> None:
    await replica.prepare("log", 1)
    changes = [a_change(number) for number in (3, 1, 2)]

    await replica.push(A, START, changes)

    page = await replica.pull(B, START, 10)
    assert page.changes == changes
    assert page.bookmark == page.state.head == Bookmark(epoch="log", seq=3, op_id=f"{changes[2].op_id}{A}")
    assert page.last
    assert decoded(page.changes[0].payload).writes == {stamp_of(3, 0, A): {"value": "3"}}


async def test_a_nodes_own_changes_are_left_out_and_passed_over(replica: Replica) -> None:
    await replica.prepare("log", 1)
    await replica.push(A, START, [a_change(1), a_change(2)])
    await replica.push(B, START, [a_change(3)])
    read = await head(replica)
    await replica.push(A, read, [a_change(4)])

    assert await everything(replica, A) == [a_change(3)]
    assert await everything(replica, B) == [a_change(1), a_change(2), a_change(4)]
    only_own = await replica.pull(A, read, 10)
    assert only_own.changes == []
    assert only_own.bookmark == await head(replica)


async def test_pushing_again_adds_nothing_whoever_does_it(replica: Replica) -> None:
    await replica.prepare("log", 1)
    await replica.push(A, START, [a_change(1), a_change(2)])

    await replica.push(A, START, [a_change(1), a_change(2)])
    await replica.push(B, START, [a_change(2), a_change(3), a_change(3)])
    await replica.push(B, START, [a_change(4)])

    assert await everything(replica, C) == [a_change(number) for number in (1, 2, 3, 4)]


async def test_later_states_of_a_row_are_kept_beside_earlier_ones(replica: Replica) -> None:
    await replica.prepare("log", 1)
    states = [a_change(number, key="same") for number in (1, 2)]

    await replica.push(A, START, states)

    assert await everything(replica, B) == states


async def test_pages_follow_each_other_without_gap_or_repetition(replica: Replica) -> None:
    await replica.prepare("log", 1)
    for number in range(0, 20, 2):
        await replica.push(A, START, [a_change(number)])
        await replica.push(B, START, [a_change(number + 1)])

    for limit in (1, 3, 7, 20):
        assert await everything(replica, C, limit=limit) == [a_change(number) for number in range(20)]
        assert await everything(replica, A, limit=limit) == [a_change(number) for number in range(1, 20, 2)]
    middle = (await replica.pull(C, START, 15)).bookmark
    assert await everything(replica, C, middle, limit=2) == [a_change(number) for number in range(15, 20)]


async def test_a_page_is_bounded_in_bytes_and_never_empty_while_there_is_more(replica: Replica) -> None:
    await replica.prepare("log", 1)
    large = [a_change(number, {"text": '"\\' * (MAX_PAYLOAD // 4 - 100)}) for number in range(8)]
    for change in large:
        await replica.push(A, START, [change])

    page = await replica.pull(B, START, 100)

    assert len(page.changes) == PAGE_BYTES // len(large[0].payload)
    assert not page.last
    assert await everything(replica, B) == large


@pytest.mark.parametrize("length", [1, 150, 5_000])
async def test_full_batches_are_taken(replica: Replica, length: int) -> None:
    await replica.prepare("log", 1)
    changes = [a_change(number, {"text": '"' * length}) for number in range(1_000_000 // (length + 200))]

    for batch in batches(changes):
        await replica.push(A, START, batch)

    assert await everything(replica, B, limit=5000) == changes


@pytest.mark.parametrize(
    "text",
    ["", "0.1", "1e400", "null", "é€😀", "\x00\x1f\x7f\u2028", '"\\/\\u0041', "'; DROP TABLE sync_changes; --", "[1]"],
)
async def test_every_text_arrives_as_it_was(replica: Replica, text: str) -> None:
    await replica.prepare("log", 1)
    change = change_of(f"table {text}", key_of([text, text]), written(UNHEARD, stamp_of(1, 0, A), {"value": text}))

    await replica.push(A, START, [change])

    assert await everything(replica, B) == [change]


async def test_nodes_that_push_at_once_all_find_their_place(replica: Replica) -> None:
    await replica.prepare("log", 1)
    pushed: list[Sequence[Change]] = [[a_change(10 * node + number) for number in range(10)] for node in range(5)]

    await asyncio.gather(*(replica.push(Boot(f"{node:016x}"), START, batch) for node, batch in enumerate(pushed)))

    found = await everything(replica, C, limit=7)
    assert sorted(found, key=lambda change: change.key) == [change for batch in pushed for change in batch]


@pytest.mark.parametrize(
    "elsewhere",
    [Bookmark(epoch="another log"), Bookmark(epoch="log", seq=2, op_id="0" * 32), Bookmark(epoch="log", seq=1)],
)
async def test_a_bookmark_of_another_log_is_noticed_before_anything_happens(
    replica: Replica, elsewhere: Bookmark
) -> None:
    await replica.prepare("log", 1)
    await replica.push(A, START, [a_change(1)])

    for call in (replica.pull(B, elsewhere, 10), replica.push(B, elsewhere, [a_change(2)])):
        with pytest.raises(Conflict) as error:
            await call
        assert error.value.code == "log_replaced"

    assert await everything(replica, C) == [a_change(1)]


async def test_a_bookmark_names_who_pushed_the_entry_as_nodes_may_push_the_same(replica: Replica) -> None:
    await replica.prepare("log", 1)
    await replica.push(A, START, [a_change(1)])

    with pytest.raises(Conflict):
        await replica.pull(C, Bookmark(epoch="log", seq=1, op_id=f"{a_change(1).op_id}{B}"), 10)


async def test_a_log_that_was_found_restored_is_renamed_once_for_all(replica: Replica) -> None:
    await replica.prepare("log", 1)
    await replica.push(A, START, [a_change(1)])

    assert (await replica.prepare("anew", 1, instead_of="log")).epoch == "anew"
    assert (await replica.prepare("again", 1, instead_of="log")).epoch == "anew"

    with pytest.raises(Conflict):
        await replica.pull(B, START, 10)
    assert await everything(replica, B, Bookmark(epoch="anew")) == [a_change(1)]


async def test_the_memory_replica_is_cut_off_before_or_after_it_acts() -> None:
    replica = MemoryReplica(now=wall_clock)
    await replica.prepare("log", 1)
    for outage, kept in ((Outage.BEFORE, []), (Outage.AFTER, [a_change(1)])):
        replica.outage = outage
        for call in (replica.push(A, START, [a_change(1)]), replica.pull(B, START, 10), replica.prepare("other", 1)):
            with pytest.raises(Unavailable):
                await call
        replica.outage = None
        assert await everything(replica, B) == kept
