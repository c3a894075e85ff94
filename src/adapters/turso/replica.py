"""The log of changes in tables of a libSQL database."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from attrs import asdict, define, field

from adapters.turso import refusals, statements
from adapters.turso.address import bearer, pipeline_url
from domain.errors import Invalid, Rejected
from domain.shared.time import parsed
from domain.sync.change import Change, Key
from domain.sync.clock import Boot
from domain.sync.log import PAGE_BYTES, Bookmark, LogPage, LogState, log_missing, log_replaced

if TYPE_CHECKING:
    from adapters.turso.client import PipelineClient, Rows, Step


@define(kw_only=True)
class TursoReplica:
    """Each call is one request, and each request one transaction; `prepare` makes two.

    Nothing is connected, or even imported, before the first call. A wrong address or token makes calls
    raise, never the construction: without the remote the bot goes on.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    production: bool
    deadline: float = 15.0
    """Seconds for a request, its repetition included."""
    _client: "PipelineClient | None" = field(init=False, default=None)
    _one_at_a_time: asyncio.Lock = field(init=False, factory=asyncio.Lock)

    async def prepare(self, epoch: str, schema: int, *, instead_of: str | None = None) -> LogState:
        (found,) = await self.transaction((statements.COLUMNS, {}))
        check_ours(found)
        *_, state = await self.transaction(
            *((create, {}) for create in statements.CREATE),
            (statements.BEGIN_LOG, (epoch, schema)),
            (statements.FORGET_NODES, (instead_of,)),
            (statements.RENAME_LOG, (epoch, instead_of)),
            (statements.RAISE_SCHEMA, (schema, schema)),
            (statements.STATE, asdict(Bookmark(epoch=epoch))),
        )
        return _state(state)[0]

    async def push(self, node: Boot, bookmark: Bookmark, changes: Sequence[Change]) -> None:
        place = {"node": node, **asdict(bookmark)}
        told = [(change.op_id, change.table, change.key, change.payload) for change in changes]
        *_, state = await self.transaction(
            (statements.SEEN, place),
            (statements.APPEND, {**place, "changes": msgspec.json.encode(told).decode()}),
            (statements.STATE, asdict(bookmark)),
        )
        checked(state)

    async def pull(self, node: Boot, bookmark: Bookmark, limit: int) -> LogPage:
        found, page = await self.transaction(
            (statements.STATE, asdict(bookmark)),
            (statements.PAGE, {"node": node, "seq": bookmark.seq, "limit": limit, "bytes": PAGE_BYTES}),
        )
        state = checked(found)
        changes, last = _changes(page)
        read = Bookmark(epoch=state.epoch, seq=last[0], op_id=last[1]) if changes else state.head
        return LogPage(changes=changes, bookmark=read, state=state)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def transaction(self, *steps: "Step") -> "list[Rows]":
        """Run the statements together, and return what each found; whoever shares the remote shares this.

        One request is under way at a time: several writers at once can wedge a libSQL server for good.
        """
        async with self._one_at_a_time:
            if self._client is None:
                self._client = await self._connected()
            return await self._client.transaction_of(steps)

    async def _connected(self) -> "PipelineClient":
        url = pipeline_url(self.url, production=self.production)
        authorization = bearer(self.token, production=self.production)
        client = await asyncio.to_thread(_client_class)
        return client(url, authorization, self.deadline)


def _client_class() -> type["PipelineClient"]:
    from adapters.turso.client import PipelineClient

    return PipelineClient


def check_ours(found: "Rows") -> None:
    """Raise unless the database is empty, or holds our tables."""
    tables: dict[str, list[str]] = {}
    for table, column, _ in found:
        tables.setdefault(table, []).append(column)
    ours = {name: [column.split()[0] for column in told.split(", ")] for name, told in statements.TABLES.items()}
    strange = any(tables.get(name, columns) != columns for name, columns in ours.items())
    if strange or (tables and tables.keys().isdisjoint(ours)):
        raise Rejected(
            "TURSO_URL leads to a database that holds something else; give the bot one of its own",
            code="remote_foreign",
        )


def checked(found: "Rows") -> LogState:
    """The log's state, as `STATE` found it; raises unless the bookmark is of this log."""
    state, same_log = _state(found)
    if not same_log:
        raise log_replaced()
    return state


def _changes(found: "Rows") -> tuple[list[Change], tuple[int, str]]:
    """The changes of a page, and the number and the identity of the last entry."""
    changes, end = list[Change](), 0
    try:
        ((told, payloads, seq, op_id),) = found
        for table, key, length in _entries(told):
            start, end = end, end + length
            changes.append(Change(table=table, key=Key(key), payload=payloads[start:end]))
    except (ValueError, TypeError):
        raise refusals.not_libsql() from None
    if end != len(payloads or "") or (changes and [type(seq), type(op_id)] != [int, str]):
        raise refusals.not_libsql()
    return changes, (seq, op_id)


_entries = msgspec.json.Decoder(list[tuple[str, str, int]]).decode


def _state(found: "Rows") -> tuple[LogState, bool]:
    if not found:
        raise log_missing()
    epoch, seq, op_id, schema, floor, time, same_log = found[0]
    if [type(part) for part in found[0][:6]] != [str, int, str, int, int, str]:
        raise refusals.not_libsql()
    try:
        head = Bookmark(epoch=epoch, seq=seq, op_id=op_id)
        return LogState(head=head, schema=schema, floor=floor, time=parsed(time)), same_log == 1
    except Invalid:
        raise refusals.not_libsql() from None
