"""What every remote copy promises of its readable tables and of a log that is made shorter."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from application.ports.upkeep import Thinned
from domain.errors import Conflict, NotFound
from domain.sync.change import Change, change_of, key_of
from domain.sync.clock import Boot, stamp_of
from domain.sync.log import Bookmark
from domain.sync.row import UNHEARD, Row, written
from support.remotes import KINDS, Remote, remote

pytestmark = pytest.mark.anyio

A, B, C = Boot("a" * 16), Boot("b" * 16), Boot("c" * 16)
START = Bookmark(epoch="log")
MONTH = timedelta(days=30)


@pytest.fixture(params=KINDS)
async def shared(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Remote]:
    async with remote(request.param, tmp_path) as made:
        await made.replica.prepare("log", 1)
        yield made


def setting(name: str, *values: str) -> list[Change]:
    """The states of a setting that gets one value after the other."""
    row, states = UNHEARD, list[Row]()
    for number, value in enumerate(values):
        row = written(row, stamp_of(number + 1, 0, A), {"value": value})
        states.append(row)
    return [change_of("settings", key_of([name]), row) for row in states]


async def head(shared: Remote) -> Bookmark:
    return (await shared.replica.pull(C, START, 1)).state.head


async def test_without_a_log_there_is_nothing_to_look_after(tmp_path: Path) -> None:
    for kind in KINDS:
        async with remote(kind, tmp_path) as empty:
            with pytest.raises(NotFound) as error:
                await empty.upkeep.unmirrored(START, 10)
            assert error.value.code == "log_missing"


async def test_the_mirrors_show_what_they_are_told_and_come_forward_with_it(shared: Remote) -> None:
    await shared.replica.push(A, START, [*setting("x", "1", "2"), *setting("y", "3"), *setting("z", "4")])
    end = await head(shared)
    x, y, z = (("settings", key_of([name])) for name in "xyz")

    first = await shared.upkeep.unmirrored(end, 2)
    assert (first.entries, first.since, first.head) == ([(1, x), (2, x)], 0, end)
    await shared.upkeep.mirror(end, 0, 2, {x: {"value": "2"}})
    second = await shared.upkeep.unmirrored(end, 10)
    assert (second.entries, second.since) == ([(3, y), (4, z)], 2)
    await shared.upkeep.mirror(end, 2, 4, {y: {"value": None}, z: {"value": "4"}, x: None})

    assert shared.mirrored() == {y: {"value": None}, z: {"value": "4"}}
    assert (await shared.upkeep.unmirrored(end, 10)).entries == []


async def test_repeating_a_portion_of_the_mirrors_changes_nothing(shared: Remote) -> None:
    await shared.replica.push(A, START, [*setting("x", "1"), *setting("y", "1")])
    end = await head(shared)
    x, y = ("settings", key_of(["x"])), ("settings", key_of(["y"]))
    await shared.upkeep.mirror(end, 0, 1, {x: {"value": "1"}})
    await shared.upkeep.mirror(end, 1, 2, {y: {"value": "1"}})

    await shared.upkeep.mirror(end, 0, 1, {x: {"value": "again"}})

    assert shared.mirrored() == {x: {"value": "1"}, y: {"value": "1"}}
    assert (await shared.upkeep.unmirrored(end, 10)).since == 2


async def test_a_node_that_has_not_read_the_whole_log_shows_nothing(shared: Remote) -> None:
    await shared.replica.push(A, START, setting("x", "1"))
    stale = await head(shared)
    await shared.replica.push(A, START, setting("x", "1", "2"))

    await shared.upkeep.mirror(stale, 0, 1, {("settings", key_of(["x"])): {"value": "1"}})

    assert shared.mirrored() == {}
    assert (await shared.upkeep.unmirrored(stale, 10)).since == 0


async def test_the_upkeep_notices_another_log(shared: Remote) -> None:
    elsewhere = Bookmark(epoch="another log")
    for call in (
        shared.upkeep.unmirrored(elsewhere, 10),
        shared.upkeep.mirror(elsewhere, 0, 1, {}),
        shared.upkeep.crowded(elsewhere, MONTH, None, 10),
    ):
        with pytest.raises(Conflict) as error:
            await call
        assert error.value.code == "log_replaced"


async def test_the_mirrors_of_a_log_that_was_replaced_begin_anew(shared: Remote) -> None:
    await shared.replica.push(A, START, [*setting("x", "1"), *setting("y", "1")])
    end = await head(shared)
    x, y = ("settings", key_of(["x"])), ("settings", key_of(["y"]))
    await shared.upkeep.mirror(end, 0, 2, {x: {"value": "1"}, y: {"value": "1"}})

    renamed = (await shared.replica.prepare("anew", 1, instead_of="log")).head
    assert (await shared.upkeep.unmirrored(renamed, 10)).since == 0
    await shared.upkeep.mirror(renamed, 0, 1, {x: {"value": "1"}})

    assert shared.mirrored() == {x: {"value": "1"}}


async def test_crowds_are_what_every_node_has_read_of_rows_with_several_entries(shared: Remote) -> None:
    x, y = setting("x", "1", "2", "3"), setting("y", "1", "2")
    await shared.replica.push(A, START, [x[0], y[0], x[1], y[1], *setting("z", "1"), x[2]])
    read = Bookmark(epoch="log", seq=4, op_id=y[1].op_id + A)
    await shared.replica.push(A, await head(shared), [])
    await shared.replica.push(B, read, [])

    found = await shared.upkeep.crowded(read, MONTH, None, 10)

    assert (found.floor, found.state.floor) == (4, 0)
    assert [(crowd.row, crowd.payloads) for crowd in found.crowds] == [
        (("settings", '["x"]'), {1: x[0].payload, 3: x[1].payload})
    ]
    await shared.replica.push(B, await head(shared), [])
    both = await shared.upkeep.crowded(read, MONTH, None, 10)
    assert [list(crowd.payloads) for crowd in both.crowds] == [[1, 3], [2, 4]]
    one = await shared.upkeep.crowded(read, MONTH, None, 1)
    following = await shared.upkeep.crowded(read, MONTH, one.crowds[-1].row, 10)
    assert [*one.crowds, *following.crowds] == both.crowds
    assert (await shared.upkeep.crowded(read, MONTH, following.crowds[-1].row, 10)).crowds == []


async def test_a_node_that_was_silent_for_long_is_not_waited_for(shared: Remote) -> None:
    await shared.replica.push(A, START, [*setting("x", "1", "2"), *setting("z", "1")])
    end = await head(shared)
    await shared.replica.push(B, end, [])
    assert (await shared.upkeep.crowded(end, MONTH, None, 10)).floor == 0

    shared.silent_since(A, 29)
    assert (await shared.upkeep.crowded(end, MONTH, None, 10)).floor == 0
    shared.silent_since(A, 31)
    assert (await shared.upkeep.crowded(end, MONTH, None, 10)).floor == 3


async def test_a_joined_entry_is_left_out_for_no_one_and_bookmarks_stay_good(shared: Remote) -> None:
    x = setting("x", "1", "2", "3")
    await shared.replica.push(A, START, x[:1])
    await shared.replica.push(B, START, x[1:2])
    await shared.replica.push(B, START, setting("y", "1"))
    end = await head(shared)
    for node in (A, B):
        await shared.replica.push(node, end, [])
    found = await shared.upkeep.crowded(end, MONTH, None, 10)
    thinned = Thinned(row=found.crowds[0].row, last=2, earlier=[1], payload=x[2].payload)

    for _ in range(2):  # an answer may be lost
        await shared.upkeep.thin(found, [thinned])

        assert [entry[0] for entry in shared.log()] == [2, 3]
        assert (await shared.replica.pull(B, START, 10)).changes == [x[2]]
        assert (await shared.replica.pull(A, START, 10)).changes == [x[2], *setting("y", "1")]
        for bookmark in (end, *(Bookmark(epoch="log", seq=seq, op_id=x[seq - 1].op_id) for seq in (1, 2))):
            assert (await shared.replica.pull(C, bookmark, 10)).state.floor == 3
        with pytest.raises(Conflict):
            await shared.replica.pull(C, Bookmark(epoch="log", seq=3, op_id="0" * 32), 10)


async def test_a_joined_entry_that_a_later_one_repeats_goes(shared: Remote) -> None:
    x = setting("x", "1", "2", "3")
    await shared.replica.push(A, START, [*x[:2], *setting("y", "1"), x[2]])
    middle = Bookmark(epoch="log", seq=3, op_id=setting("y", "1")[0].op_id + A)
    await shared.replica.push(A, middle, [])
    found = await shared.upkeep.crowded(middle, MONTH, None, 10)

    await shared.upkeep.thin(found, [Thinned(row=found.crowds[0].row, last=2, earlier=[1], payload=x[2].payload)])

    assert [entry[0] for entry in shared.log()] == [3, 4]
    assert (await shared.replica.pull(C, middle, 10)).changes == [x[2]]


async def test_of_two_nodes_that_shorten_the_log_at_once_one_gives_way(shared: Remote) -> None:
    x = setting("x", "1", "2", "3", "4")
    await shared.replica.push(A, START, [*x, *setting("y", "1")])
    third = Bookmark(epoch="log", seq=3, op_id=x[2].op_id + A)
    await shared.replica.push(A, third, [])
    early = await shared.upkeep.crowded(third, MONTH, None, 10)
    await shared.replica.push(A, await head(shared), [])
    late = await shared.upkeep.crowded(third, MONTH, None, 10)
    row = ("settings", key_of(["x"]))

    await shared.upkeep.thin(late, [Thinned(row=row, last=4, earlier=[1, 2, 3], payload=None)])
    await shared.upkeep.thin(early, [Thinned(row=row, last=2, earlier=[1], payload=None)])

    assert [entry[0] for entry in shared.log()] == [4, 5]
    assert (await shared.replica.pull(C, START, 10)).changes == [x[3], *setting("y", "1")]
    assert (await shared.replica.pull(C, START, 10)).state.floor == 5


async def test_a_log_that_was_replaced_has_no_floor_and_knows_no_readers(shared: Remote) -> None:
    x = setting("x", "1", "2")
    await shared.replica.push(A, START, [*x, *setting("y", "1")])
    end = await head(shared)
    await shared.replica.push(A, end, [])
    found = await shared.upkeep.crowded(end, MONTH, None, 10)
    await shared.upkeep.thin(found, [Thinned(row=found.crowds[0].row, last=2, earlier=[1], payload=None)])

    state = await shared.replica.prepare("anew", 1, instead_of="log")

    assert state.floor == 0
    assert (await shared.upkeep.crowded(state.head, MONTH, None, 10)).floor == 0
