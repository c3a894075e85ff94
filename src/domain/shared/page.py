"""Pages: a long list, a part at a time."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")


@frozen
class Page(Generic[T]):
    """Some items, and where the next ones begin; `next_cursor` is None on the last page."""

    items: Sequence[T]
    next_cursor: str | None = None


def page_of(found: Sequence[T], limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """The page of at most `limit` items, from a search that was asked for `limit + 1`."""
    if len(found) <= limit:
        return Page(found)
    items = found[:limit]
    return Page(items, cursor(items[-1]))
