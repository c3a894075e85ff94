"""Pages of what is at hand already."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from domain.errors import Invalid
from domain.shared.page import Page, page_of

T = TypeVar("T")


def paged(items: Sequence[T], key: Callable[[T], str], cursor: str | None, limit: int) -> Page[T]:
    """The page after `cursor` of items that are sorted by their key."""
    rest = items if cursor is None else [item for item in items if key(item) > cursor]
    return page_of(rest, limit, key)


def start_after(start: datetime | None, end: datetime | None, cursor: datetime | None) -> datetime | None:
    """Where a page of a period begins that continues after the instant `cursor`.

    Raises:
        Invalid: the period ends before it begins.
    """
    if start is not None and end is not None and end <= start:
        raise Invalid("must be later than from", field="to")
    if cursor is None:
        return start
    try:
        following = cursor + timedelta(milliseconds=1)
    except OverflowError:
        raise Invalid("must be the cursor of another page", field="cursor") from None
    return following if start is None else max(start, following)
