"""The supervisor keeps jobs apart, begins anew what failed, and stops cleanly."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from domain.errors import Unavailable
from entrypoints.jobs.job import Job, Phase, Then
from entrypoints.jobs.supervisor import Supervisor
from support.build import START
from support.virtual_time import elapsed

pytestmark = pytest.mark.anyio


def a_job(step: Callable[[], Awaitable[Then]], *, name: str = "job", **settings: Any) -> Job:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Callable[[], Awaitable[Then]]]:
        yield step

    return Job(name=name, open=opened, **settings)


def a_supervisor(*jobs: Job, between: Callable[[float, float], float] = max, **settings: Any) -> Supervisor:
    """Without jitter: it waits as long as it may."""
    return Supervisor(jobs, now=lambda: START, elapsed=elapsed, between=between, **settings)


class Steps:
    """A step that does what is next on its list, and then waits forever after; remembers when each began."""

    def __init__(self, *plan: Then | Exception | float) -> None:
        self.plan: Iterator[Then | Exception | float] = iter(plan)
        self.began: list[float] = []

    async def __call__(self) -> Then:
        self.began.append(elapsed())
        match next(self.plan, Then.WAIT):
            case Exception() as error:
                raise error
            case Then() as then:
                return then
            case seconds:
                await asyncio.sleep(seconds)
                return Then.AGAIN


@contextmanager
def running(supervisor: Supervisor) -> Iterator[asyncio.Task[None]]:
    task = asyncio.create_task(supervisor.run())
    yield task
    task.cancel()


async def stopped(supervisor: Supervisor, task: asyncio.Task[None]) -> float:
    """How long the stop took."""
    asked = elapsed()
    supervisor.stop()
    await task
    return elapsed() - asked


async def test_steps_follow_at_once_while_there_is_more_and_after_the_idle_time_otherwise() -> None:
    steps = Steps(Then.AGAIN, Then.AGAIN, Then.WAIT, Then.WAIT)
    with running(a_supervisor(a_job(steps, idle=5))):
        await asyncio.sleep(11)
    assert steps.began == [0, 0, 0, 5, 10]


async def test_a_beat_wakes_a_waiting_job() -> None:
    steps = Steps()
    job = a_job(steps, idle=100)
    with running(a_supervisor(job)):
        await asyncio.sleep(3)
        job.wake.beat()
        await asyncio.sleep(1)
    assert steps.began == [0, 3]


async def test_a_beat_during_a_step_is_not_lost() -> None:
    job = a_job(steps := Steps(10.0), idle=100)
    with running(a_supervisor(job)):
        await asyncio.sleep(3)
        job.wake.beat()
        await asyncio.sleep(20)
    assert steps.began == [0, 10, 10]


async def test_a_failure_stays_within_its_job() -> None:
    failing, healthy = Steps(*[ValueError("broken")] * 50), Steps()
    supervisor = a_supervisor(a_job(failing, name="failing"), a_job(healthy, name="healthy", idle=1))
    with running(supervisor):
        await asyncio.sleep(60.5)
    assert healthy.began == list(range(61))
    assert supervisor.states["healthy"].restarts == 0
    assert supervisor.states["failing"].iterations == 0


async def test_the_delay_doubles_up_to_half_a_minute() -> None:
    steps = Steps(*[Unavailable("down")] * 50)
    with running(a_supervisor(a_job(steps))):
        await asyncio.sleep(125)
    delays = [later - earlier for earlier, later in zip(steps.began, steps.began[1:], strict=False)]
    assert delays == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


async def test_the_delay_is_drawn_between_nothing_and_its_bound() -> None:
    drawn: list[tuple[float, float]] = []

    def between(low: float, high: float) -> float:
        drawn.append((low, high))
        return 0.0

    steps = Steps(*[Unavailable("down")] * 3)
    with running(a_supervisor(a_job(steps), between=between)):
        await asyncio.sleep(0.25)
    assert drawn == [(0, 0.5), (0, 1), (0, 2)]
    assert steps.began == [0, 0, 0, 0]


async def test_a_healthy_period_makes_the_next_failure_the_first() -> None:
    failures = [Unavailable("down")] * 4
    steps = Steps(*failures, 61.0, Unavailable("down again"))
    with running(a_supervisor(a_job(steps, limit=100, idle=100))):
        await asyncio.sleep(75)
    assert steps.began == [0, 0.5, 1.5, 3.5, 7.5, 68.5, 69]


async def test_a_step_that_takes_too_long_is_cancelled_and_the_job_begins_anew() -> None:
    steps = Steps(1000.0)
    supervisor = a_supervisor(a_job(steps, limit=60))
    with running(supervisor):
        await asyncio.sleep(60.25)
        state = supervisor.states["job"]
        assert (state.phase, state.last_error) == (Phase.BACKING_OFF, "a step took longer than 60 s")
        await asyncio.sleep(10)
    assert steps.began[:2] == [0, 60.5]


async def test_a_timeout_within_a_step_is_not_taken_for_the_steps_own() -> None:
    supervisor = a_supervisor(a_job(Steps(TimeoutError())))
    with running(supervisor):
        await asyncio.sleep(0.25)
    assert supervisor.states["job"].last_error == "TimeoutError"


async def test_what_a_job_opened_is_closed_and_opened_again_after_a_failure() -> None:
    seen = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Steps]:
        seen.append("opened")
        yield Steps(Unavailable("down"))
        seen.append("closed")

    with running(a_supervisor(Job(name="job", open=opened))):
        await asyncio.sleep(1)
    assert seen == ["opened", "closed", "opened", "closed"]


async def test_a_job_that_cannot_be_opened_backs_off() -> None:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Steps]:
        raise Unavailable("no answer from the broker")
        yield Steps()

    supervisor = a_supervisor(Job(name="job", open=opened))
    with running(supervisor):
        await asyncio.sleep(1)
    state = supervisor.states["job"]
    assert (state.phase, state.restarts, state.last_error) == (Phase.BACKING_OFF, 2, "no answer from the broker")


async def test_a_finished_job_takes_no_other_step_and_the_others_go_on() -> None:
    finished, other = Steps(Then.FINISH), Steps()
    supervisor = a_supervisor(a_job(finished, name="finished"), a_job(other, name="other", idle=1))
    with running(supervisor) as task:
        await asyncio.sleep(5.5)
        assert supervisor.states["finished"].phase is Phase.FINISHED
        assert not task.done()
        await stopped(supervisor, task)
    assert supervisor.states["finished"].phase is Phase.FINISHED
    assert (len(finished.began), len(other.began)) == (1, 6)


async def test_the_state_tells_how_a_job_is_doing() -> None:
    supervisor = a_supervisor(a_job(Steps(2.0, Then.WAIT), idle=10))
    with running(supervisor):
        await asyncio.sleep(1)
        state = supervisor.states["job"]
        assert (state.phase, state.iterations, state.busy_since, state.proven) == (Phase.RUNNING, 0, 0, 0)
        await asyncio.sleep(4)
        assert (state.iterations, state.busy_since, state.proven, state.last_success) == (2, None, 2, START)


async def test_an_error_of_foreign_make_shows_its_type_only() -> None:
    supervisor = a_supervisor(a_job(Steps(ValueError("https://user:secret@host"))))
    with running(supervisor):
        await asyncio.sleep(0.25)
    assert supervisor.states["job"].last_error == "ValueError"


async def test_a_stop_lets_the_present_step_finish_and_begins_no_other() -> None:
    steps = Steps(5.0, Then.AGAIN)
    supervisor = a_supervisor(a_job(steps))
    with running(supervisor) as task:
        await asyncio.sleep(2)
        assert await stopped(supervisor, task) == 3
    assert steps.began == [0]
    assert supervisor.states["job"].iterations == 1
    assert supervisor.states["job"].phase is Phase.STOPPED


async def test_a_stop_ends_waiting_and_backing_off_at_once() -> None:
    waiting, failing = Steps(), Steps(Unavailable("down"), Unavailable("down"), Unavailable("down"))
    supervisor = a_supervisor(a_job(waiting, name="waiting", idle=1000), a_job(failing, name="failing"))
    with running(supervisor) as task:
        await asyncio.sleep(2)
        assert supervisor.states["failing"].phase is Phase.BACKING_OFF
        assert await stopped(supervisor, task) == 0
    assert {state.phase for state in supervisor.states.values()} == {Phase.STOPPED}


async def test_a_job_that_does_not_end_in_time_is_cut_off_and_still_closed(caplog: pytest.LogCaptureFixture) -> None:
    seen = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Steps]:
        try:
            yield Steps(1000.0)
        finally:
            seen.append("closed")

    patient = a_job(Steps(3.0), name="patient")
    supervisor = a_supervisor(Job(name="endless", open=opened, limit=2000), patient, drain=8)
    with running(supervisor) as task:
        await asyncio.sleep(1)
        assert await stopped(supervisor, task) == 8
    assert seen == ["closed"]
    assert supervisor.states["patient"].iterations == 1
    assert caplog.messages == ["cut off after 8 s of draining: endless"]


async def test_a_stop_before_the_start_runs_nothing() -> None:
    steps = Steps()
    supervisor = a_supervisor(a_job(steps))
    supervisor.stop()
    await supervisor.run()
    assert steps.began == []


async def test_only_an_essential_job_at_one_step_for_too_long_is_stuck() -> None:
    hanging, optional, idle = Steps(1000.0), Steps(1000.0), Steps()
    supervisor = a_supervisor(
        a_job(hanging, name="trader", essential=True, limit=2000),
        a_job(optional, name="relay", limit=2000),
        a_job(idle, name="feed", essential=True, idle=500),
    )
    with running(supervisor):
        await asyncio.sleep(119)
        assert supervisor.stuck(120) is None
        await asyncio.sleep(3)
        assert supervisor.stuck(120) == "trader has been at one step for 122 s"


async def test_backing_off_is_not_being_stuck() -> None:
    supervisor = a_supervisor(a_job(Steps(*[Unavailable("down")] * 100), essential=True))
    with running(supervisor):
        await asyncio.sleep(600)
        assert supervisor.stuck(120) is None


async def test_a_job_that_hangs_again_and_again_is_stuck_although_each_step_is_cut_off() -> None:
    supervisor = a_supervisor(a_job(Steps(*[1000.0] * 20), name="trader", essential=True, limit=60))
    with running(supervisor):
        await asyncio.sleep(119)
        assert supervisor.stuck(120) is None
        await asyncio.sleep(120)
        assert str(supervisor.stuck(120)).startswith("trader has been at one step")


async def test_a_failure_of_its_own_shows_that_a_job_is_not_stuck() -> None:
    supervisor = a_supervisor(
        a_job(Steps(1000.0, *[Unavailable("down")] * 200), name="trader", essential=True, limit=60)
    )
    with running(supervisor):
        await asyncio.sleep(600)
        assert supervisor.stuck(120) is None
