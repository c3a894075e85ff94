"""The record of what was overwritten, on every adapter."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from attrs import evolve

from application.ports.transactions import Stores
from domain.sync.change import key_of
from domain.sync.clock import Boot, stamp_of
from domain.sync.conflict import Conflict
from domain.sync.policy import Rule, Version
from support.stores import KINDS, Database, opened

pytestmark = pytest.mark.anyio

BOOT = Boot("a" * 16)


@pytest.fixture(params=KINDS)
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(request.param, tmp_path) as database:
        yield database


def a_conflict(millisecond: int, column: str = "reason", **changes: object) -> Conflict:
    """The later of its two writes is of that time."""
    conflict = Conflict(
        table="trading_halt",
        key=key_of(['with "quotes" and é']),
        column=column,
        winner=Version(stamp_of(millisecond, 0, BOOT), "kept"),
        loser=Version(stamp_of(1, 0, BOOT), None),
        rule=Rule.SAFEST,
    )
    return evolve(conflict, **changes)


def next_page(before: str | None, stores: Stores) -> Sequence[Conflict]:
    return stores.conflicts.page(before=before, limit=4)


async def test_what_is_recorded_is_found_as_it_was(stores: Database) -> None:
    told = [
        a_conflict(10),
        a_conflict(20, for_people=True, rule=Rule.RANKED),
        a_conflict(30, winner=Version(stamp_of(30, 7, BOOT), None), loser=Version(stamp_of(29, 0, BOOT), "")),
    ]

    assert await stores.write(lambda stores: stores.conflicts.add(told)) == told

    assert await stores.read(lambda stores: stores.conflicts.page(before=None, limit=9)) == told[::-1]


async def test_the_latest_come_first_and_pages_follow_each_other(stores: Database) -> None:
    """Also where several were written at the same instant."""
    told = [a_conflict(time, column) for time in (40, 10, 30, 30, 20) for column in ("reason", "halted", "changed_by")]
    recorded = await stores.write(lambda stores: stores.conflicts.add(told))

    found: list[Conflict] = []
    before: str | None = None
    while page := await stores.read(partial(next_page, before)):
        found += page
        before = page[-1].id

    assert found == sorted(recorded, key=lambda conflict: (conflict.at, conflict.id), reverse=True)
    assert len(found) == 12


async def test_what_is_on_record_is_not_recorded_again(stores: Database) -> None:
    first, second = a_conflict(10), a_conflict(20)
    await stores.write(lambda stores: stores.conflicts.add([first]))

    assert await stores.write(lambda stores: stores.conflicts.add([first, second, second])) == [second]
    assert await stores.write(lambda stores: stores.conflicts.add([])) == []

    assert await stores.read(lambda stores: stores.conflicts.count()) == 2


async def test_what_is_undone_is_not_on_record(stores: Database) -> None:
    def failing(stores) -> None:
        stores.conflicts.add([a_conflict(10)])
        raise LookupError

    with pytest.raises(LookupError):
        await stores.write(failing)

    assert await stores.read(lambda stores: stores.conflicts.count()) == 0
    assert await stores.read(lambda stores: stores.conflicts.page(before=None, limit=9)) == []
    assert await stores.write(lambda stores: stores.conflicts.add([a_conflict(10)])) == [a_conflict(10)]


async def test_nothing_comes_before_a_conflict_that_is_not_on_record(stores: Database) -> None:
    await stores.write(lambda stores: stores.conflicts.add([a_conflict(10)]))

    assert await stores.read(lambda stores: stores.conflicts.page(before=a_conflict(20).id, limit=9)) == []
