"""Instants: always UTC, written as RFC 3339 with milliseconds and `Z`, so that text sorts by time."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from domain.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_BARE_EPOCH = EPOCH.replace(tzinfo=None)
"""Without a zone, which would take longer to write than all the rest of an instant."""
_MILLISECOND = timedelta(milliseconds=1)
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=1024)
def text(instant: datetime) -> str:
    """`2025-04-03T17:05:00.000Z`; always 24 characters for the years 1–9999.

    Remembers: what happens at one instant of the market's clock is written with it again and again.
    """
    return (_BARE_EPOCH + (instant - EPOCH)).isoformat(timespec="milliseconds") + "Z"


def parsed(written: str, *, field: str = "time") -> datetime:
    """Read an RFC 3339 instant.

    Raises:
        Invalid: it is not one, or has no zone.
    """
    try:
        instant = datetime.fromisoformat(written.upper()) if _RFC_3339.fullmatch(written) else None
    except ValueError:
        instant = None
    if instant is None:
        raise Invalid("must be an RFC 3339 time such as 2025-04-03T17:05:00Z", field=field)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise Invalid("must lie within the years 1 to 9999", field=field) from None


def milliseconds(instant: datetime) -> int:
    """Whole milliseconds since the Unix epoch, rounded down as `text` does."""
    return (instant - EPOCH) // _MILLISECOND
