"""Sharing the record with other nodes: what this copy knows of theirs, and the log that all exchange changes in."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from attrs import frozen

from application.ports.transactions import Stores
from domain.sync.change import Change, Key
from domain.sync.clock import Boot, HybridClock
from domain.sync.log import Bookmark, LogPage, LogState
from domain.sync.row import Row, Values

T = TypeVar("T")


class Replica(Protocol):
    """A log of changes that every node appends to and reads.

    Every call is one step that happens entirely or not at all, and may be repeated: an error can hide that
    it happened. Each may raise `Unavailable` when trying later may help, and `Rejected` when the address,
    the token or the remote itself has to be set right first; the error's code says which.
    """

    async def prepare(self, epoch: str, schema: int, *, instead_of: str | None = None) -> LogState:
        """Begin a log of the name `epoch` if there is none, and raise its schema to `schema` if it is older.

        A log named `instead_of` is given the new name, so that every node notices what one found out: that
        the log was restored. Raises Rejected with the code `remote_foreign` where the remote holds
        something else.
        """
        ...

    async def push(self, node: Boot, bookmark: Bookmark, changes: Sequence[Change]) -> None:
        """Append those of `changes` that the log does not have, and put on record how far `node` has read.

        `changes` are one batch of `domain.sync.log.batches`, or none. Raises NotFound if there is no log, and
        Conflict with the code `log_replaced`, having done nothing, if it is not the bookmark's.
        """
        ...

    async def pull(self, node: Boot, bookmark: Bookmark, limit: int) -> LogPage:
        """At most `limit` changes after the bookmark, at least one if there is one; those of `node` are left out.

        Raises as `push` does.
        """
        ...


@frozen(kw_only=True)
class Place:
    """Where this copy stands: its clock, and how far it has read the log; None before it knows one."""

    clock: HybridClock
    bookmark: Bookmark | None


@frozen(kw_only=True)
class Noted:
    """A row that was written here since it was last looked at."""

    table: str
    key: Key
    at: datetime


class Ledger(Protocol):
    """What this copy knows of the shared rows, in the same transactions as the rows themselves.

    A table of facts (`Policy.fact`) has no states, as long as nodes agree; each row's state follows from it.
    """

    def place(self) -> Place: ...

    def move(self, place: Place) -> None: ...

    def noted(self, limit: int) -> Sequence[Noted]:
        """Rows, other than facts, that were written here, in the order of writing."""
        ...

    def values(self, table: str, key: Key) -> Values | None:
        """What the table holds now; None if it has no such row."""
        ...

    def state(self, table: str, key: Key) -> tuple[Row, bool]:
        """What is known of a row, as far as it was looked at, and whether others still have to be told."""
        ...

    def keep(self, table: str, key: Key, row: Row, *, pending: bool) -> None:
        """Replace what is known of a row; it counts as looked at."""
        ...

    def unnoted(self) -> AbstractContextManager[None]:
        """Writes inside are no news of this node."""
        ...

    def show(self, table: str, key: Key, values: Values | None) -> None:
        """Make the table hold `values`, or no such row.

        Raises Invalid with the code `damaged_change` for what the table's readers would not accept.
        """
        ...

    def add_facts(self, table: str, facts: Mapping[Key, Values]) -> Sequence[Key]:
        """Record facts of other nodes, and return the keys of those that contradict what is known here.

        What was noted here and is the same is no longer news. Raises as `show` does.
        """
        ...

    def untold(self, limit: int, *, after: Change | None = None) -> Sequence[Change]:
        """What others still have to be told: conflicts first, none that is too large to be told.

        Always in the same order, of which only that is returned which comes after the change `after`.
        """
        ...

    def told(self, changes: Sequence[Change]) -> None:
        """These need not be told again, as far as they are still what is known."""
        ...

    def waiting(self) -> int:
        """How many rows others still have to be told, those that were not looked at yet included."""
        ...

    def tell_all(self) -> None:
        """Everything has to be told (again)."""
        ...


class Copy(Protocol):
    """Runs units of work that see the ledger beside the stores; as `Transactions` does."""

    async def read(self, unit: Callable[[Stores, Ledger], T]) -> T: ...

    async def write(self, unit: Callable[[Stores, Ledger], T], *, durable: bool = True) -> T: ...
