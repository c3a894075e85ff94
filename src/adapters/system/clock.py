"""The wall clock."""

from datetime import UTC, datetime
from time import time_ns


def wall_clock() -> datetime:
    """The present instant in UTC, cut to the milliseconds in which instants are written."""
    return datetime.fromtimestamp(time_ns() // 1_000_000 / 1000, UTC)
