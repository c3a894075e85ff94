"""What counts as well: loops, market data, the database, the disk and the memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from application.ports.health import Usage
from domain.market.symbol import Source
from domain.market.timeframe import Timeframe
from domain.ops.health import Status
from entrypoints.jobs import checks
from entrypoints.jobs.inquiry import Finding
from entrypoints.jobs.job import Job, Phase
from entrypoints.jobs.supervisor import Supervisor
from support.build import START

pytestmark = pytest.mark.anyio

NOW = 1_000.0


def unopened() -> Any:
    raise AssertionError


def job_finding(*, essential: bool = True, **state: Any) -> Finding:
    """What is found of a job with a limit of 60 s, at the instant NOW of the monotonic clock."""
    job = Job(name="trader", open=unopened, essential=essential, limit=60)
    supervisor = Supervisor([job], now=lambda: START, elapsed=lambda: NOW)
    for name, value in ({"phase": Phase.RUNNING} | state).items():
        setattr(supervisor.states["trader"], name, value)
    ((name, finding),) = checks.jobs(supervisor, lambda: NOW)()
    assert name == "trader"
    return finding


def test_a_loop_that_finished_a_step_in_time_is_well() -> None:
    assert job_finding(proven=NOW - 59.5) == Finding(value=59.5, unit="s")


def test_an_essential_loop_without_a_finished_step_in_time_fails() -> None:
    assert job_finding(proven=NOW - 61) == Finding(
        status=Status.FAIL, value=61, unit="s", output="no finished step for 61 s"
    )


def test_an_optional_one_warns() -> None:
    assert job_finding(proven=NOW - 61, essential=False).status is Status.WARN


def test_a_loop_that_has_only_begun_is_well_until_its_limit() -> None:
    assert job_finding(phase=Phase.STARTING, proven=NOW - 5).status is Status.PASS
    assert job_finding(phase=Phase.STARTING, proven=NOW - 61).status is Status.FAIL


@pytest.mark.parametrize("phase", [Phase.BACKING_OFF, Phase.STARTING, Phase.RUNNING])
def test_a_loop_that_failed_warns_until_it_has_finished_a_step_again(phase: Phase) -> None:
    finding = job_finding(phase=phase, proven=NOW - 5, failing=True, last_error="the broker does not answer")
    assert (finding.status, finding.output) == (Status.WARN, f"{phase}: the broker does not answer")


def test_a_loop_that_keeps_failing_says_why() -> None:
    finding = job_finding(phase=Phase.BACKING_OFF, proven=NOW - 90, failing=True, last_error="no answer")
    assert (finding.status, finding.output) == (Status.FAIL, "no finished step for 90 s: no answer")


def test_a_past_failure_is_past() -> None:
    assert job_finding(proven=NOW - 1, failing=False, last_error="no answer").output is None


def test_a_finished_loop_is_well_however_long_ago() -> None:
    assert job_finding(phase=Phase.FINISHED, proven=0.0) == Finding(value="finished")


def test_a_stopped_loop_warns() -> None:
    assert job_finding(phase=Phase.STOPPED, proven=NOW).status is Status.WARN


def market_finding(source: Source, age: timedelta | None) -> Finding:
    newest: Callable[[], datetime | None] = lambda: None if age is None else START - age  # noqa: E731
    ((name, finding),) = checks.market_data(newest, source, Timeframe.M5, lambda: START)()
    assert name == "market_data"
    return finding


def test_a_live_market_is_silent_after_three_timeframes() -> None:
    assert market_finding(Source.LIVE, timedelta(minutes=15)) == Finding(value=900, unit="s")
    silent = market_finding(Source.LIVE, timedelta(minutes=16))
    assert (silent.status, silent.output) == (Status.WARN, "the newest candle closed 960 s ago")
    assert market_finding(Source.LIVE, None).status is Status.WARN


@pytest.mark.parametrize("source", [Source.SIMULATED, Source.REPLAY])
def test_any_other_market_keeps_its_own_time(source: Source) -> None:
    assert market_finding(source, timedelta(days=400)) == Finding(value="2023-11-28T12:00:00.000Z")
    assert market_finding(source, None) == Finding()


async def test_the_database_is_well_when_a_change_was_committed() -> None:
    times = iter([1.0, 1.0025])

    async def commit() -> None:
        return None

    assert await checks.database(commit, lambda: next(times)).ask() == Finding(value=2.5, unit="ms")
    assert checks.database(commit).failing is Status.FAIL


@pytest.fixture
def anyio_backend() -> str:
    """Gauges are read on a thread, of which virtual time knows nothing."""
    return "asyncio"


@pytest.mark.parametrize(("used", "status"), [(849, Status.PASS), (850, Status.WARN), (1000, Status.WARN)])
async def test_the_disk_is_nearly_full_at_85_percent(used: int, status: Status) -> None:
    finding = await checks.disk(lambda: Usage(used=used << 20, total=1000 << 20)).ask()
    assert (finding.status, finding.value, finding.unit) == (status, used / 10, "%")
    assert (finding.output == f"{used} of 1000 MiB are in use") is (status is Status.WARN)


@pytest.mark.parametrize(("used", "status"), [(899, Status.PASS), (900, Status.WARN)])
async def test_the_memory_is_nearly_full_at_90_percent(used: int, status: Status) -> None:
    probe = checks.memory(lambda: Usage(used=used, total=1000))
    assert (await probe.ask()).status is status
    assert probe.failing is Status.WARN
