"""The log of changes that all nodes share."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

from attrs import frozen

from domain.errors import Conflict, NotFound
from domain.sync.change import Change

BATCH_CHANGES = 5_000
BATCH_BYTES = 2_000_000
"""What is pushed at once: at most this many changes, and bytes of their text."""

PAGE_BYTES = 3_000_000
"""What is pulled at once: at most this many bytes of payload, or one change."""


@frozen(kw_only=True)
class Bookmark:
    """How far a node has read: the log's name, and the number and the identity of the last entry read.

    A log that was begun anew has another name; one that was restored has another entry there, or none. An
    entry's identity names who pushed it too: two nodes that begin alike push the same changes.
    """

    epoch: str
    seq: int = 0
    op_id: str = ""


@frozen(kw_only=True)
class LogState:
    """Where the log stands.

    `head` is its last entry. `schema` is the newest schema of those that wrote to it. Before the number
    `floor` several entries of a row may have become one; from there on all are kept. `time` is what the
    clock beside the log says.
    """

    head: Bookmark
    schema: int
    floor: int
    time: datetime

    @property
    def epoch(self) -> str:
        return self.head.epoch


@frozen(kw_only=True)
class LogPage:
    """Other nodes' changes in the order of the log; with them it has been read up to `bookmark`."""

    changes: Sequence[Change]
    bookmark: Bookmark
    state: LogState

    @property
    def last(self) -> bool:
        """Whether nothing comes after it."""
        return self.bookmark.seq >= self.state.head.seq


def epoch_of(account: str, log_id: str) -> str:
    """The name of a new log of that account's record."""
    return f"{_mark(account)}-{log_id}"


def is_of(epoch: str, account: str) -> bool:
    """Whether the log was begun for that account."""
    return epoch.partition("-")[0] == _mark(account)


def _mark(account: str) -> str:
    return blake2b(account.encode(), digest_size=8).hexdigest()


def log_replaced() -> Conflict:
    """The log is not the one in which the bookmark was put."""
    return Conflict("the remote was replaced, or restored from a backup", code="log_replaced")


def log_missing() -> NotFound:
    return NotFound("the remote has no log of changes", code="log_missing")


def batches(changes: Iterable[Change]) -> Iterator[Sequence[Change]]:
    """The changes in the same order, in portions that can be pushed."""
    batch: list[Change] = []
    size = 0
    for change in changes:
        length = len(f"{change.table}{change.key}{change.payload}".encode())
        if batch and (len(batch) == BATCH_CHANGES or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(change)
        size += length
    if batch:
        yield batch
