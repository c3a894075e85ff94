"""The watchdog ends a process that cannot go on, and no other."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from entrypoints.jobs.watchdog import Watchdog

SOURCES = Path(__file__).parents[2] / "src"


class Observed:
    """A watchdog under a clock of ours; `ended` holds the codes that it ended the process with."""

    def __init__(self) -> None:
        self.time = 0.0
        self.stuck: str | None = None
        self.ended: list[int] = []
        self.watchdog = Watchdog(lambda: self.stuck, limit=30, elapsed=lambda: self.time, end=self.ended.append)

    def look_at(self, *times: float) -> list[int]:
        for self.time in times:
            self.watchdog.look()
        return self.ended


def test_an_event_loop_that_ticks_is_left_alone() -> None:
    assert Observed().look_at(10, 20, 30) == []


def test_an_event_loop_that_has_not_ticked_for_its_limit_ends_the_process(caplog: pytest.LogCaptureFixture) -> None:
    assert Observed().look_at(30, 31, 32) == [70]
    assert caplog.messages == ["ending the process: the event loop has not ticked for 32 s"]


def test_an_essential_loop_that_is_stuck_ends_the_process(caplog: pytest.LogCaptureFixture) -> None:
    observed = Observed()
    observed.stuck = "trader has been at one step for 121 s"
    assert observed.look_at(1, 2) == [70]
    assert caplog.messages == ["ending the process: trader has been at one step for 121 s"]


def test_one_bad_look_is_not_enough_since_a_process_may_have_been_suspended() -> None:
    observed = Observed()
    observed.stuck = "feed has been at one step for 500 s"
    observed.look_at(1)
    observed.stuck = None
    observed.look_at(2)
    observed.stuck = "feed has been at one step for 500 s"
    assert observed.look_at(3) == []


def run(program: str) -> subprocess.CompletedProcess[str]:
    """Run `program` with a watchdog in force that has little patience."""
    preamble = f"""
import asyncio, re, sys, time
sys.path.insert(0, {str(SOURCES)!r})
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from entrypoints.jobs.job import Job, Then
from entrypoints.jobs.supervisor import Supervisor
from entrypoints.jobs.watchdog import Watchdog
"""
    return subprocess.run(
        [sys.executable, "-c", preamble + program], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_blocked_event_loop_ends_the_process_and_shows_where_it_hung() -> None:
    ended = run("""
async def main():
    with Watchdog(lambda: None, limit=0.5, interval=0.05).watching():
        await asyncio.sleep(0.1)
        hang()

def hang():
    time.sleep(50)

asyncio.run(main())
""")
    assert ended.returncode == 70
    assert re.search(r"in hang\b", ended.stderr)
    assert "ending the process: the event loop has not ticked" in ended.stderr


def test_native_code_that_holds_the_interpreter_ends_the_process_too() -> None:
    ended = run("""
async def main():
    with Watchdog(lambda: None, limit=0.3, interval=0.05).watching():
        await asyncio.sleep(0.1)
        re.match("(a+)+$", "a" * 60 + "c")

asyncio.run(main())
""")
    assert ended.returncode == 1
    assert "Timeout" in ended.stderr


def test_an_essential_job_that_ignores_its_deadline_ends_the_process() -> None:
    ended = run("""
async def stubborn():
    while True:
        try:
            await asyncio.sleep(50)
        except asyncio.CancelledError:
            pass

@asynccontextmanager
async def opened():
    yield stubborn

async def main():
    job = Job(name="trader", open=opened, essential=True, limit=0.1)
    supervisor = Supervisor([job], now=lambda: datetime.now(UTC))
    with Watchdog(lambda: supervisor.stuck(0.3), interval=0.05).watching():
        await supervisor.run()

asyncio.run(main())
""")
    assert ended.returncode == 70
    assert "ending the process: trader has been at one step" in ended.stderr


def test_a_healthy_process_ends_as_it_wants() -> None:
    ended = run("""
async def main():
    with Watchdog(lambda: None, limit=0.7, interval=0.02).watching():
        for _ in range(20):
            await asyncio.sleep(0.02)

asyncio.run(main())
time.sleep(1.5)
sys.exit(3)
""")
    assert (ended.returncode, ended.stderr) == (3, "")
