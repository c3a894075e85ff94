"""A remote copy in memory: what several nodes of one process synchronize through."""

from collections.abc import Sequence
from datetime import datetime

from attrs import define, field, frozen

from adapters.memory.broker import Outage
from application.ports.clock import Clock
from domain.errors import Unavailable
from domain.sync.change import Change
from domain.sync.clock import Boot
from domain.sync.log import PAGE_BYTES, Bookmark, LogPage, LogState, log_missing, log_replaced


@frozen
class Entry:
    """A change in the log, and the node that pushed it."""

    node: Boot
    change: Change

    @property
    def id(self) -> str:
        return f"{self.change.op_id}{self.node}"


@define(kw_only=True)
class MemoryReplica:
    """Keeps every change that was pushed. While `outage` is set, calls raise Unavailable."""

    now: Clock
    outage: Outage | None = None
    epoch: str | None = field(init=False, default=None)
    schema: int = field(init=False, default=0)
    floor: int = field(init=False, default=0)
    entries: dict[int, Entry] = field(init=False, factory=dict)
    """The log by number."""
    nodes: dict[Boot, tuple[int, datetime]] = field(init=False, factory=dict)
    """How far each node has read, and when it said so."""
    _op_ids: set[str] = field(init=False, factory=set)

    async def prepare(self, epoch: str, schema: int, *, instead_of: str | None = None) -> LogState:
        self._cut_off(Outage.BEFORE)
        if self.epoch in (None, instead_of):
            self.epoch = epoch
        self.schema = max(self.schema, schema)
        state = self._state()
        self._cut_off(Outage.AFTER)
        return state

    async def push(self, node: Boot, bookmark: Bookmark, changes: Sequence[Change]) -> None:
        self._cut_off(Outage.BEFORE)
        seq = self._state_at(bookmark).head.seq
        self.nodes[node] = bookmark.seq, self.now()
        for change in changes:
            if change.op_id not in self._op_ids:
                seq += 1
                self._op_ids.add(change.op_id)
                self.entries[seq] = Entry(node, change)
        self._cut_off(Outage.AFTER)

    async def pull(self, node: Boot, bookmark: Bookmark, limit: int) -> LogPage:
        self._cut_off(Outage.BEFORE)
        state = self._state_at(bookmark)
        read, changes, size = state.head, list[Change](), 0
        for seq in range(bookmark.seq + 1, state.head.seq + 1):
            entry = self.entries.get(seq)
            if entry is not None and entry.node != node:
                size += len(entry.change.payload.encode())
                if len(changes) == limit or (changes and size > PAGE_BYTES):
                    break
                changes.append(entry.change)
                read = Bookmark(epoch=state.epoch, seq=seq, op_id=entry.id)
        self._cut_off(Outage.AFTER)
        return LogPage(changes=changes, bookmark=read, state=state)

    def _state(self) -> LogState:
        if self.epoch is None:
            raise log_missing()
        seq = max(self.entries, default=0)
        op_id = self.entries[seq].id if seq else ""
        head = Bookmark(epoch=self.epoch, seq=seq, op_id=op_id)
        return LogState(head=head, schema=self.schema, floor=self.floor, time=self.now())

    def _state_at(self, bookmark: Bookmark) -> LogState:
        state, entry = self._state(), self.entries.get(bookmark.seq)
        there = entry is not None and entry.id == bookmark.op_id
        if bookmark.epoch != state.epoch or not (bookmark.seq == 0 or bookmark.seq < self.floor or there):
            raise log_replaced()
        return state

    def _cut_off(self, moment: Outage) -> None:
        if self.outage is moment:
            raise Unavailable("the remote does not answer")
