"""The remote copy that nodes synchronize through."""

from collections.abc import Sequence
from typing import Protocol

from domain.sync.change import Change
from domain.sync.clock import Boot
from domain.sync.log import Bookmark, LogPage, LogState


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
