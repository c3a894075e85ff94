"""The backlog hands on what was just recorded, and only if nothing older waits."""

import asyncio

import pytest

from entrypoints.jobs.backlog import LONGEST, Backlog
from entrypoints.jobs.pulse import Pulse
from support.build import candles
from support.virtual_time import elapsed

pytestmark = pytest.mark.anyio

THREE = candles(100, 101, 102)
MANY = candles(*[100] * (LONGEST + 1))


@pytest.fixture
def backlog() -> Backlog:
    return Backlog(recorder=Pulse(), trader=Pulse())


async def woken(pulse: Pulse) -> bool:
    began = elapsed()
    await pulse.wait(1)
    return elapsed() == began


async def test_at_first_the_record_has_to_be_asked(backlog: Backlog) -> None:
    backlog.recorded(THREE)
    assert backlog.kept(10) is None


async def test_what_is_recorded_once_all_was_traded_is_handed_on_in_order(backlog: Backlog) -> None:
    backlog.follow()
    assert backlog.kept(10) == []
    backlog.recorded(THREE)
    assert backlog.kept(2) == THREE[:2]
    assert backlog.kept(2) == THREE[2:]
    assert backlog.kept(2) == []


async def test_what_was_recorded_while_the_record_was_asked_is_not_lost(backlog: Backlog) -> None:
    """It is on record only; to follow now would pass it over."""
    backlog.recorded(THREE)
    backlog.follow()
    assert backlog.kept(10) is None
    backlog.traded(3)
    backlog.follow()
    assert backlog.kept(10) == []


async def test_after_a_failure_the_record_has_to_be_asked_again(backlog: Backlog) -> None:
    backlog.follow()
    backlog.recorded(THREE)
    backlog.forget()
    assert backlog.kept(10) is None


async def test_a_recorder_that_waits_for_nobody_does_not_fill_the_memory(backlog: Backlog) -> None:
    backlog.follow()
    backlog.recorded(MANY)
    backlog.recorded(MANY)
    assert backlog.kept(10) is None
    assert backlog.count == 2 * len(MANY)


async def test_recording_wakes_the_trader(backlog: Backlog) -> None:
    assert not await woken(backlog.trader)
    backlog.recorded(THREE)
    assert await woken(backlog.trader)


async def test_the_recorder_is_woken_when_the_backlog_is_no_longer_long(backlog: Backlog) -> None:
    backlog.recorded(MANY)
    assert backlog.long
    backlog.traded(1)
    assert not backlog.long
    assert await woken(backlog.recorder)
    backlog.traded(1)
    assert not await woken(backlog.recorder)


async def test_trading_what_an_earlier_run_recorded_does_not_count(backlog: Backlog) -> None:
    backlog.traded(100)
    backlog.recorded(THREE)
    assert backlog.count == 3


async def test_a_pulse_beaten_twice_wakes_once() -> None:
    pulse = Pulse()
    pulse.beat()
    pulse.beat()
    assert await woken(pulse)
    assert not await woken(pulse)


async def test_a_beat_ends_a_wait_at_once() -> None:
    pulse = Pulse()
    waiting = asyncio.create_task(pulse.wait(100))
    await asyncio.sleep(3)
    pulse.beat()
    await waiting
    assert elapsed() == 3
