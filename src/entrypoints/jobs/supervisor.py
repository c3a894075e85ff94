"""The supervisor: runs every job, keeps them apart, and begins anew those that fail."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar

from application.ports.clock import Clock
from application.ports.health import JobReport
from domain.errors import DomainError, Unavailable
from entrypoints.jobs.job import Job, JobState, Phase, Then, described

log = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
"""Seconds before a job that failed begins anew: doubled at each failure, with full jitter."""

HEALTHY = 60.0
"""After so many seconds of finished steps the next failure counts as the first."""


class Hung(Unavailable):
    """A step did not end within its limit and was cut off."""


class Supervisor:
    """No job's failure reaches another one. After `stop`, each job finishes its present step within `drain` seconds."""

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        now: Clock,
        drain: float = 8.0,
        elapsed: Callable[[], float] = time.monotonic,
        between: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.jobs = {job.name: job for job in jobs}
        began = elapsed()
        self.states = {name: JobState(proven=began) for name in self.jobs}
        self._now = now
        self._drain = drain
        self._elapsed = elapsed
        self._between = between
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Return once `stop` was called and every job has ended."""
        try:
            async with asyncio.timeout(None) as drained, asyncio.TaskGroup() as group:
                for job in self.jobs.values():
                    group.create_task(self._keep(job), name=job.name)
                await self._stopping.wait()
                drained.reschedule(asyncio.get_running_loop().time() + self._drain)
        except TimeoutError:
            late = [name for name, state in self.states.items() if state.phase not in (Phase.FINISHED, Phase.STOPPED)]
            log.warning("cut off after %g s of draining: %s", self._drain, ", ".join(late))

    def stop(self) -> None:
        """Let every job finish its present step and begin no other."""
        self._stopping.set()
        for job in self.jobs.values():
            job.wake.beat()

    def stuck(self, limit: float) -> str | None:
        """What to say of an essential job that has been at one step for more than `limit` seconds, if any has."""
        for name, state in self.states.items():
            since = state.busy_since if state.hanging_since is None else state.hanging_since
            if self.jobs[name].essential and since is not None and self._elapsed() - since > limit:
                return f"{name} has been at one step for {self._elapsed() - since:.0f} s"
        return None

    def reports(self) -> Sequence[JobReport]:
        """How every job is doing."""
        return [
            JobReport(
                name=name,
                phase=state.phase,
                last_success=state.last_success,
                restarts=state.restarts,
                last_error=state.last_error if state.failing else None,
            )
            for name, state in self.states.items()
        ]

    async def _keep(self, job: Job) -> None:
        """Live, and after a failure live again, until the job has finished or is to stop."""
        state = self.states[job.name]
        state.proven = self._elapsed()
        failures = 0
        while not self._stopping.is_set():
            began = self._elapsed()
            state.phase = Phase.STARTING
            try:
                if await self._live(job, state):
                    state.phase = Phase.FINISHED
                    return
            except Exception as error:  # whatever it is, it stays within this job
                if not isinstance(error, Hung):
                    state.hanging_since = None
                failures = 1 if state.proven - began >= HEALTHY else failures + 1
                await self._back_off(job, state, error, failures)
        state.phase = Phase.STOPPED

    async def _live(self, job: Job, state: JobState) -> bool:
        """Open the job and take step after step, until it has finished (True) or is to stop (False)."""
        resources = AsyncExitStack()
        try:
            step = await self._timed(job, state, resources.enter_async_context(job.open()))
            state.phase = Phase.RUNNING
            while not self._stopping.is_set():
                then = await self._timed(job, state, step())
                state.iterations += 1
                state.failing = False
                state.hanging_since = None
                state.proven, state.last_success = self._elapsed(), self._now()
                if then is Then.FINISH:
                    return True
                await (asyncio.sleep(0) if then is Then.AGAIN else job.wake.wait(job.idle))
            return False
        finally:
            await self._timed(job, state, resources.aclose())

    async def _timed(self, job: Job, state: JobState, work: Awaitable[T]) -> T:
        began = state.busy_since = self._elapsed()
        timeout = asyncio.timeout(job.limit)
        try:
            async with timeout:
                return await work
        except TimeoutError:
            if timeout.expired():
                if state.hanging_since is None:
                    state.hanging_since = began
                raise Hung(f"a step took longer than {job.limit:g} s") from None
            raise
        finally:
            state.busy_since = None

    async def _back_off(self, job: Job, state: JobState, error: Exception, failures: int) -> None:
        longest = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(failures - 1, 16))
        delay = self._between(0.0, longest)
        state.phase, state.failing, state.last_error = Phase.BACKING_OFF, True, described(error)
        state.restarts += 1
        surprise = None if isinstance(error, DomainError) else error
        log.error("%s failed and begins anew in %.1f s: %s", job.name, delay, state.last_error, exc_info=surprise)
        try:
            async with asyncio.timeout(delay):
                await self._stopping.wait()
        except TimeoutError:
            return
