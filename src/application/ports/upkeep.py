"""Looking after the remote copy: tables that people can read, and a log that stays short."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from domain.sync.change import Key
from domain.sync.log import Bookmark, LogState
from domain.sync.row import Values

RowName = tuple[str, Key]
"""A table, and the row's key in it."""


@frozen(kw_only=True)
class Unmirrored:
    """The first entries after the number `since` that the mirrors do not show yet: their numbers and rows."""

    entries: Sequence[tuple[int, RowName]]
    since: int
    head: Bookmark


@frozen(kw_only=True)
class Crowd:
    """The earliest entries of one row: their payloads by their numbers, in the order of the log."""

    row: RowName
    payloads: Mapping[int, str]


@frozen(kw_only=True)
class Crowded:
    """Rows with more than one entry before the number `floor`, which every node that takes part has read up to."""

    state: LogState
    floor: int
    crowds: Sequence[Crowd]


@frozen(kw_only=True)
class Thinned:
    """The entry `last` takes the place of `earlier` ones of its row; it gets `payload`, or stays as it is."""

    row: RowName
    last: int
    earlier: Sequence[int]
    payload: str | None


class Upkeep(Protocol):
    """Every call is one step that happens entirely or not at all, may be repeated, and raises as `Replica.pull` does.

    The mirrors are the shared tables as people want to read them. No node ever reads them.
    """

    async def unmirrored(self, bookmark: Bookmark, limit: int) -> Unmirrored: ...

    async def mirror(self, bookmark: Bookmark, since: int, upto: int, rows: Mapping[RowName, Values | None]) -> None:
        """Show `rows`, with which the mirrors have come from entry `since` to entry `upto`; None is a row that is gone.

        Nothing happens unless `bookmark` is the log's head and the mirrors are at `since`.
        """
        ...

    async def crowded(self, bookmark: Bookmark, idle: timedelta, after: RowName | None, limit: int) -> Crowded:
        """At most `limit` crowds of the rows that come after `after`. Nodes not heard of for `idle` no longer count."""
        ...

    async def thin(self, found: Crowded, rows: Sequence[Thinned]) -> None:
        """Replace entries, and raise the floor. Nothing happens unless the log's floor is as it was found."""
        ...
