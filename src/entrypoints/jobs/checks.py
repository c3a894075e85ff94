"""The checks: what is looked at, and when it is not well."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial

from application.ports.clock import Clock
from application.ports.health import Gauge, SyncReport
from domain.market.symbol import Source
from domain.market.timeframe import Timeframe
from domain.ops.health import Status
from domain.shared.time import text
from entrypoints.jobs.board import Glance
from entrypoints.jobs.inquiry import Finding, Probe
from entrypoints.jobs.job import Job, JobState, Phase
from entrypoints.jobs.supervisor import Supervisor

DISK_PERCENT, MEMORY_PERCENT = 85.0, 90.0
"""From this much in use the disk and the memory are nearly full."""

STALE = 3
"""So many timeframes after the newest candle a live market has fallen silent."""


MISSED = 3
"""So many rounds of synchronization can be missed, and a minute, before it is worth a warning."""


def jobs(supervisor: Supervisor, elapsed: Callable[[], float] = time.monotonic) -> Glance:
    """Each loop by its name: an essential one without a finished step within its limit is a failure."""

    def glance() -> Iterator[tuple[str, Finding]]:
        for name, job in supervisor.jobs.items():
            yield name, _job(job, supervisor.states[name], elapsed())

    return glance


def _job(job: Job, state: JobState, elapsed: float) -> Finding:
    if state.phase is Phase.FINISHED:
        return Finding(value=state.phase)
    if state.phase is Phase.STOPPED:
        return Finding(status=Status.WARN, value=state.phase, output="stopped")
    idle = round(elapsed - state.proven, 1)
    output = None
    status = Status.PASS
    if idle > job.limit:
        status = Status.FAIL if job.essential else Status.WARN
        output = f"no finished step for {idle:.0f} s"
    elif state.failing:
        status = Status.WARN
        output = state.phase
    if state.failing:
        output = f"{output}: {state.last_error}"
    return Finding(status=status, value=idle, unit="s", output=output)


def market_data(newest: Callable[[], datetime | None], source: Source, timeframe: Timeframe, now: Clock) -> Glance:
    """The newest candle on record: its age on a live market, which must go on; its time on any other."""

    def glance() -> Iterator[tuple[str, Finding]]:
        closed = newest()
        if source is not Source.LIVE:
            yield "market_data", Finding(value=text(closed) if closed else None)
        elif closed is None:
            yield "market_data", Finding(status=Status.WARN, output="there is no candle on record yet")
        else:
            age = (now() - closed).total_seconds()
            stale = age > STALE * timeframe.duration.total_seconds()
            output = f"the newest candle closed {age:.0f} s ago" if stale else None
            yield (
                "market_data",
                Finding(status=Status.WARN if stale else Status.PASS, value=age, unit="s", output=output),
            )

    return glance


def turso_sync(report: Callable[[], SyncReport], interval: float, now: Clock) -> Glance:
    """The copy and the shared log: seconds since they were last in step."""

    def glance() -> Iterator[tuple[str, Finding]]:
        seen = report()
        age = (now() - seen.last_success).total_seconds() if seen.last_success else None
        late = age is not None and age > MISSED * interval + 60
        output = f"{seen.state}: {seen.detail}" if not seen.well else f"not in step for {age:.0f} s" if late else None
        status = Status.WARN if output else Status.PASS
        yield "turso_sync", Finding(status=status, value=age and round(age, 1), unit="s", output=output)

    return glance


def database(check: Callable[[], Awaitable[None]], elapsed: Callable[[], float] = time.monotonic) -> Probe:
    """Whether `check` can commit something, and how long that takes."""

    async def ask() -> Finding:
        began = elapsed()
        await check()
        return Finding(value=round(1000 * (elapsed() - began), 1), unit="ms")

    return Probe(component="database", ask=ask, failing=Status.FAIL)


def disk(gauge: Gauge) -> Probe:
    return Probe(component="disk", ask=partial(_level, gauge, DISK_PERCENT), failing=Status.WARN, every=30.0)


def memory(gauge: Gauge) -> Probe:
    return Probe(component="memory", ask=partial(_level, gauge, MEMORY_PERCENT), failing=Status.WARN)


async def _level(gauge: Gauge, most: float) -> Finding:
    usage = await asyncio.to_thread(gauge)
    high = usage.percent >= most
    output = f"{usage.used >> 20} of {usage.total >> 20} MiB are in use" if high else None
    return Finding(status=Status.WARN if high else Status.PASS, value=round(usage.percent, 1), unit="%", output=output)
