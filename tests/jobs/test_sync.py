"""The sync loop: rounds at their times, sooner when it matters, and never a failure without a name."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from application.sync.examine_copy import CopyStatus
from application.sync.synchronize import Progress
from domain.errors import Conflict, DomainError, Rejected, Unavailable
from domain.ops.health import Status
from domain.sync.clock import Boot
from domain.sync.log import Bookmark, LogState
from entrypoints.jobs import checks
from entrypoints.jobs.supervisor import Supervisor
from entrypoints.jobs.sync import NoSync, SyncLoop
from support.build import START
from support.virtual_time import elapsed

pytestmark = pytest.mark.anyio

HEAD = Bookmark(epoch="log", seq=7, op_id="x")


class Rounds:
    """A synchronization that goes as planned, and then has nothing to do; remembers when it was asked."""

    def __init__(self, *plan: Progress | DomainError) -> None:
        self.plan = list(plan)
        self.asked: list[float] = []
        self.released = False
        self.unmirrored = 0
        self.tended: list[str] = []

    async def __call__(self) -> Progress:
        self.asked.append(round(elapsed(), 2))
        await asyncio.sleep(0.01)
        outcome = self.plan.pop(0) if self.plan else progress()
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    async def mirror(self) -> bool:
        self.tended.append("mirror")
        self.unmirrored -= 1
        return self.unmirrored > 0

    async def compact(self) -> int:
        self.tended.append("compact")
        return 0

    async def release(self) -> None:
        self.released = True


def progress(*, ahead: timedelta = timedelta(), **changes: Any) -> Progress:
    return Progress(log=LogState(head=HEAD, schema=1, floor=0, time=now() + ahead), **changes)


def now() -> Any:
    return START + timedelta(seconds=elapsed())


def a_loop(rounds: Rounds, *, waiting: int = 0, too_large: int = 0, clock: Callable[[], float] = elapsed) -> SyncLoop:
    async def examine() -> CopyStatus:
        return CopyStatus(boot=Boot("a" * 16), bookmark=HEAD, waiting=waiting, too_large=too_large, conflicts=2)

    async def rejoin() -> None:
        return

    parts: dict[str, Any] = {"synchronize": rounds, "examine": examine, "rejoin": rejoin, "release": rounds.release}
    tending: dict[str, Any] = {"mirror": rounds.mirror, "compact": rounds.compact}
    return SyncLoop(**parts, **tending, interval=10.0, now=now, elapsed=clock, between=lambda low, high: 1.0)


@asynccontextmanager
async def running(loop: SyncLoop) -> AsyncIterator[Callable[[float], Any]]:
    """The loop under its supervisor; the function lets seconds pass."""
    supervisor = Supervisor([loop.job], now=now, elapsed=elapsed, between=max)
    task = asyncio.create_task(supervisor.run())
    yield asyncio.sleep
    supervisor.stop()
    await task


async def test_a_round_takes_as_many_portions_as_it_needs_and_the_next_one_comes_at_its_time():
    rounds = Rounds(progress(more=True, told=3), progress(more=True, taken=2), progress())
    loop = a_loop(rounds)
    async with running(loop) as after:
        await after(25)

    assert rounds.asked == [0.0, 0.01, 0.02, 10.03, 20.04]
    assert (loop.report.state, loop.report.told, loop.report.taken) == ("in_sync", 3, 2)
    assert (loop.report.read, loop.report.head, loop.report.conflicts) == (7, 7, 2)
    assert loop.report.last_success == START + timedelta(seconds=20.05)


async def test_what_is_important_goes_soon_but_not_at_every_call():
    rounds = Rounds()
    loop = a_loop(rounds)
    async with running(loop) as after:
        await after(5)
        for _ in range(30):
            loop.soon()
            await after(0.1)
        await after(4)

    assert rounds.asked == [0.0, 5.0, 6.01, 7.02, 8.03]


async def test_a_failure_has_a_name_and_is_tried_again_in_the_next_round():
    rounds = Rounds(Rejected("TURSO_AUTH_TOKEN has expired; create a new one", code="remote_token_expired"))
    loop = a_loop(rounds)
    async with running(loop) as after:
        await after(5)
        failed = loop.report
        warned = dict(checks.turso_sync(lambda: failed, 10.0, now)())["turso_sync"]
        await after(6)

    assert (failed.state, failed.last_success) == ("remote_token_expired", None)
    assert warned.status is Status.WARN
    assert warned.output == "remote_token_expired: TURSO_AUTH_TOKEN has expired; create a new one"
    assert loop.report.state == "in_sync"
    assert dict(checks.turso_sync(lambda: loop.report, 10.0, now)())["turso_sync"].status is Status.PASS


@pytest.mark.parametrize(("ahead", "side"), [(timedelta(hours=2), "behind"), (timedelta(days=-400), "ahead of")])
async def test_a_clock_that_is_off_is_told(ahead, side):
    loop = a_loop(Rounds(progress(ahead=ahead)))

    report = await loop.run(1.0)

    assert report.state == "clock_drift"
    assert f"{side} the remote's; set it right" in (report.detail or "")


async def test_rows_that_cannot_be_shared_are_told():
    report = await a_loop(Rounds(), waiting=2, too_large=1).run(1.0)

    assert (report.state, report.waiting) == ("row_too_large", 2)


async def test_the_last_round_comes_before_the_end_and_an_outage_does_not_hold_it_up():
    well, cut_off = Rounds(), Rounds(Unavailable("no server answers at TURSO_URL", code="remote_unreachable"))

    await a_loop(well).finish()
    await a_loop(cut_off).finish()

    assert (well.asked, well.released, cut_off.released) == ([0.0], True, True)


async def test_nothing_runs_where_nothing_is_shared():
    with pytest.raises(Conflict) as refusal:
        await NoSync(a_loop(Rounds()).report).run(1.0)
    assert refusal.value.code == "sync_off"


async def test_the_remote_is_tended_once_all_is_exchanged():
    rounds = Rounds(progress(more=True, told=3), progress())
    rounds.unmirrored = 2
    loop = a_loop(rounds)
    async with running(loop) as after:
        await after(5)
        assert rounds.tended == ["mirror", "mirror"]
        await after(3_700)

    assert rounds.tended == ["mirror", "mirror", "compact"]


async def test_an_exchange_that_is_not_done_in_time_is_refused():
    rounds = Rounds(*[progress(more=True)] * 4_000)

    with pytest.raises(Unavailable, match="more of it is left"):
        await a_loop(rounds).exchange()
    await a_loop(Rounds(progress(more=True), progress())).exchange()


async def test_an_alarm_that_rings_early_costs_no_round():
    """Event loops round their timers to milliseconds."""
    rounds = Rounds()
    loop = a_loop(rounds, clock=lambda: 0.99 * elapsed())
    async with running(loop) as after:
        await after(15)

    assert len(rounds.asked) == 2
