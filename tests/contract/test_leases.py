"""What every place for the trader's lease promises, asserted in memory and on a real libSQL server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve, frozen

from adapters.memory.broker import Outage
from adapters.memory.leases import MemoryLeases
from adapters.turso.leases import TursoLeases
from adapters.turso.replica import TursoReplica
from application.ports.lease import Leases
from domain.errors import Unavailable
from domain.sync.lease import REMEMBERED
from support import sqld
from support.build import START

pytestmark = pytest.mark.anyio


@frozen
class Remote:
    """A place for the lease, whose time the test lets pass."""

    leases: Leases
    passes: Callable[[float], None]


@pytest.fixture(params=["memory", *(["sqld"] if sqld.installed() else [])])
async def remote(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Remote]:
    if request.param == "memory":
        now = [START]

        def passes(seconds: float) -> None:
            now[0] += timedelta(seconds=seconds)

        yield Remote(MemoryLeases(now=lambda: now[0]), passes)
        return
    server = sqld.Sqld(tmp_path / "sqld").start()

    def ages(seconds: float) -> None:
        """What lies in the database is that much older."""
        for table, column in (("sync_lease", "until"), ("sync_contenders", "seen_at")):
            older = f"strftime('%Y-%m-%dT%H:%M:%fZ', {column}, '-{seconds:.3f} seconds')"
            server.query(f"UPDATE {table} SET {column} = {older}")

    turso = TursoReplica(url=server.url, token=sqld.token(), production=False)
    yield Remote(TursoLeases(turso), ages)
    await turso.close()
    server.kill()


async def test_the_first_to_ask_gets_it_and_the_other_is_told_whose_it_is(remote: Remote) -> None:
    first = await remote.leases.acquire("a", 60)
    second = await remote.leases.acquire("b", 60)

    assert (first.lease.holder, first.lease.token) == ("a", 1)
    assert second.lease == first.lease


async def test_it_lasts_as_long_as_was_asked_for_by_the_remotes_clock(remote: Remote) -> None:
    await remote.leases.acquire("a", 60)

    remote.passes(59)
    assert (await remote.leases.acquire("b", 60)).lease.holder == "a"
    remote.passes(1.001)
    assert (await remote.leases.acquire("b", 60)).lease.holder == "b"


async def test_a_renewal_lasts_longer_and_keeps_the_token(remote: Remote) -> None:
    first = (await remote.leases.acquire("a", 60)).lease
    remote.passes(40)

    renewed = (await remote.leases.acquire("a", 60)).lease

    assert (renewed.holder, renewed.token) == ("a", 1)
    remote.passes(40)
    assert (await remote.leases.acquire("b", 60)).lease.holder == "a"
    assert first.until != renewed.until


async def test_whoever_takes_it_over_gets_the_next_token_and_the_old_holder_is_told(remote: Remote) -> None:
    await remote.leases.acquire("a", 60)
    remote.passes(61)

    assert (await remote.leases.acquire("b", 60)).lease.token == 2
    assert (await remote.leases.acquire("a", 60)).lease.holder == "b"
    remote.passes(61)
    assert (await remote.leases.acquire("a", 60)).lease.token == 3


async def test_its_last_holder_takes_it_up_again_with_the_same_token(remote: Remote) -> None:
    await remote.leases.acquire("a", 60)
    remote.passes(1000)

    assert (await remote.leases.acquire("a", 60)).lease.token == 1


async def test_a_released_lease_is_free_at_once(remote: Remote) -> None:
    lease = (await remote.leases.acquire("a", 60)).lease

    await remote.leases.release(lease)
    await remote.leases.release(lease)

    taken = (await remote.leases.acquire("b", 60)).lease
    assert (taken.holder, taken.token) == ("b", 2)


async def test_a_release_that_arrives_late_releases_nothing(remote: Remote) -> None:
    old = (await remote.leases.acquire("a", 60)).lease
    remote.passes(1)
    await remote.leases.acquire("a", 60)

    await remote.leases.release(old)
    assert (await remote.leases.acquire("b", 60)).lease.holder == "a"

    remote.passes(61)
    taken = (await remote.leases.acquire("b", 60)).lease
    await remote.leases.release(old)
    await remote.leases.release(evolve(taken, holder="a"))
    assert (await remote.leases.acquire("a", 60)).lease.holder == "b"


async def test_asking_again_because_the_answer_was_lost_changes_nothing_but_the_time(remote: Remote) -> None:
    await remote.leases.acquire("a", 60)
    remote.passes(61)

    taken = [await remote.leases.acquire("b", 60, begun=0) for _ in range(2)]

    assert [(claim.lease.holder, claim.lease.token, claim.begun) for claim in taken] == [("b", 2, False)] * 2


async def test_it_is_on_record_whether_the_holder_has_begun_under_its_token(remote: Remote) -> None:
    assert not (await remote.leases.acquire("a", 60)).begun
    assert (await remote.leases.acquire("a", 60, begun=1)).begun
    remote.passes(61)
    assert (await remote.leases.acquire("a", 60)).begun

    remote.passes(61)
    assert not (await remote.leases.acquire("b", 60, begun=1)).begun
    await remote.leases.acquire("a", 60, begun=2)
    assert not (await remote.leases.acquire("b", 60)).begun
    assert (await remote.leases.acquire("b", 60, begun=2)).begun


async def test_a_node_is_alone_until_another_one_asks_and_when_that_was_long_ago(remote: Remote) -> None:
    assert (await remote.leases.acquire("a", 60)).alone
    assert not (await remote.leases.acquire("b", 60)).alone
    assert not (await remote.leases.acquire("a", 60)).alone
    remote.passes(REMEMBERED - 10)
    assert not (await remote.leases.acquire("a", 60)).alone
    remote.passes(11)
    assert (await remote.leases.acquire("a", 60)).alone


async def test_of_many_that_ask_at_once_one_gets_it(remote: Remote) -> None:
    claims = await asyncio.gather(*(remote.leases.acquire(f"node {number}", 60) for number in range(10)))

    assert len({claim.lease for claim in claims}) == 1
    assert claims[0].lease.token == 1


async def test_the_memory_lease_is_cut_off_before_or_after_it_acts() -> None:
    leases = MemoryLeases(now=lambda: START)
    for outage, kept in ((Outage.BEFORE, None), (Outage.AFTER, "a")):
        leases.outage = outage
        with pytest.raises(Unavailable):
            await leases.acquire("a", 60)
        assert (leases.lease.holder if leases.lease else None) == kept
    leases.outage = None
    lease = (await leases.acquire("a", 60)).lease
    for outage, free in ((Outage.BEFORE, False), (Outage.AFTER, True)):
        leases.outage = outage
        with pytest.raises(Unavailable):
            await leases.release(lease)
        assert (leases.lease is not None and leases.lease.until == START) is free
