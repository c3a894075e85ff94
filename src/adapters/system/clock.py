"""The clocks of this machine."""

import time
from datetime import UTC, datetime

_THROUGH_SLEEP = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux has a clock of its own for it; on macOS the monotonic one goes on while the machine sleeps."""


def wall_clock() -> datetime:
    """The present instant in UTC, cut to the milliseconds in which instants are written."""
    return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)


def sleepless() -> float:
    """Seconds that only ever rise, those included in which the machine slept; `time.monotonic` leaves them out."""
    return time.clock_gettime(_THROUGH_SLEEP)
