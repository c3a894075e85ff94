"""A remote copy in memory: what several nodes of one process synchronize through."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attrs import define, field, frozen

from adapters.memory.broker import Outage
from application.ports.clock import Clock
from application.ports.upkeep import Crowd, Crowded, RowName, Thinned, Unmirrored
from domain.errors import Unavailable
from domain.sync.change import Change, Key
from domain.sync.clock import Boot
from domain.sync.log import PAGE_BYTES, Bookmark, LogPage, LogState, log_missing, log_replaced
from domain.sync.row import Values

NOBODY = Boot("")
"""Whose joined entries are; no node leaves them out."""


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
    mirrors: dict[str, dict[Key, Values]] = field(init=False, factory=dict)
    mirrored: int = field(init=False, default=0)
    """Up to which entry the mirrors show the log."""
    _op_ids: set[str] = field(init=False, factory=set)

    async def prepare(self, epoch: str, schema: int, *, instead_of: str | None = None) -> LogState:
        self._cut_off(Outage.BEFORE)
        if self.epoch in (None, instead_of):
            self.epoch, self.floor, self.mirrored = epoch, 0, 0
            self.nodes.clear()
            self.mirrors.clear()
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

    async def unmirrored(self, bookmark: Bookmark, limit: int) -> Unmirrored:
        self._cut_off(Outage.BEFORE)
        head = self._state_at(bookmark).head
        later = [(seq, _row(self.entries[seq].change)) for seq in sorted(self.entries) if seq > self.mirrored]
        self._cut_off(Outage.AFTER)
        return Unmirrored(entries=later[:limit], since=self.mirrored, head=head)

    async def mirror(self, bookmark: Bookmark, since: int, upto: int, rows: Mapping[RowName, Values | None]) -> None:
        self._cut_off(Outage.BEFORE)
        if self._state_at(bookmark).head == bookmark and self.mirrored == since:
            for (table, key), values in rows.items():
                mirror = self.mirrors.setdefault(table, {})
                mirror.pop(key, None)
                if values is not None:
                    mirror[key] = values
            self.mirrored = upto
        self._cut_off(Outage.AFTER)

    async def crowded(self, bookmark: Bookmark, idle: timedelta, after: RowName | None, limit: int) -> Crowded:
        self._cut_off(Outage.BEFORE)
        state = self._state_at(bookmark)
        self.nodes = {node: (seq, at) for node, (seq, at) in self.nodes.items() if at >= self.now() - idle}
        read = min((seq for seq, _ in self.nodes.values()), default=0)
        floor = max(self.floor, min(read, state.head.seq))
        found: dict[RowName, dict[int, str]] = {}
        for seq in sorted(self.entries):
            change = self.entries[seq].change
            if seq < floor and (after is None or _row(change) > after):
                found.setdefault(_row(change), {})[seq] = change.payload
        crowds = [Crowd(row=row, payloads=payloads) for row, payloads in sorted(found.items()) if len(payloads) > 1]
        self._cut_off(Outage.AFTER)
        return Crowded(state=state, floor=floor, crowds=crowds[:limit])

    async def thin(self, found: Crowded, rows: Sequence[Thinned]) -> None:
        self._cut_off(Outage.BEFORE)
        if (self.epoch, self.floor) == (found.state.epoch, found.state.floor):
            self.floor = found.floor
            for row in rows:
                self._thin(row)
        self._cut_off(Outage.AFTER)

    def _thin(self, row: Thinned) -> None:
        for seq in row.earlier:
            self._drop(seq)
        if row.payload is not None and self._drop(row.last):
            joined = Change(table=row.row[0], key=row.row[1], payload=row.payload)
            if joined.op_id not in self._op_ids:
                self._op_ids.add(joined.op_id)
                self.entries[row.last] = Entry(NOBODY, joined)

    def _drop(self, seq: int) -> bool:
        entry = self.entries.pop(seq, None)
        if entry is not None:
            self._op_ids.remove(entry.change.op_id)
        return entry is not None

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


def _row(change: Change) -> RowName:
    return change.table, change.key
