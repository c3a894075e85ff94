"""The wall clock."""

from datetime import UTC, datetime


def wall_clock() -> datetime:
    """The present instant in UTC, cut to the milliseconds in which instants are written."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
