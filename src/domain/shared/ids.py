"""Identifiers: UUIDv7 text (RFC 9562), so that sorting by id sorts by the time of creation."""

import re
from typing import NewType

from domain.errors import Invalid

OrderId = NewType("OrderId", str)
FillId = NewType("FillId", str)
EventId = NewType("EventId", str)
NotificationId = NewType("NotificationId", str)
UserId = NewType("UserId", str)

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def checked_uuid(text: str, *, field: str) -> str:
    """The id itself.

    Raises:
        Invalid: it is not a lower-case hyphenated UUID.
    """
    if _UUID.fullmatch(text) is None:
        raise Invalid("must be a lower-case UUID", field=field)
    return text
