"""The upkeep of a log in a libSQL database, with the readable tables beside it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from attrs import asdict, define, field

from adapters.sql.mirrors import MirrorTable
from adapters.turso import mirrors, refusals, statements, thinning
from adapters.turso.replica import TursoReplica, check_ours, checked
from application.ports.upkeep import Crowd, Crowded, RowName, Thinned, Unmirrored
from domain.errors import DomainError
from domain.sync.change import Change, Key, key_values
from domain.sync.log import BATCH_BYTES, Bookmark
from domain.sync.row import Values

if TYPE_CHECKING:
    from adapters.turso.client import Rows, Step


@define(kw_only=True)
class TursoUpkeep:
    """Each call is one request, and each request one transaction; the first call makes the tables before.

    Another release may have made them, so that has to be looked at once in each process.
    """

    replica: TursoReplica
    mirrors: Mapping[str, MirrorTable]
    _made: bool = field(init=False, default=False)

    async def unmirrored(self, bookmark: Bookmark, limit: int) -> Unmirrored:
        found, since, rows = await self._transaction(
            (statements.STATE, asdict(bookmark)), (mirrors.SINCE, {}), (mirrors.ENTRIES, {"limit": limit})
        )
        head = checked(found).head
        if any([type(part) for part in row] != [int, str, str] for row in rows):
            raise refusals.not_libsql()
        return Unmirrored(entries=[(seq, (table, Key(pk))) for seq, table, pk in rows], since=since[0][0], head=head)

    async def mirror(self, bookmark: Bookmark, since: int, upto: int, rows: Mapping[RowName, Values | None]) -> None:
        place = {**asdict(bookmark), "since": since}
        steps = [] if since else [(mirrors.clear(name), place) for name in self.mirrors]
        for name, table in self.mirrors.items():
            held: dict[Key, Values | None] = {key: values for (of, key), values in rows.items() if of == name}
            shown = [
                (*key_values(key), *map(values.get, table.columns))
                for key, values in held.items()
                if values is not None
            ]
            gone = [key_values(key) for key, values in held.items() if values is None]
            if shown:
                steps.append((mirrors.save(name, table), {**place, "rows": mirrors.as_json(shown)}))
            if gone:
                steps.append((mirrors.delete(name, table), {**place, "rows": mirrors.as_json(gone)}))
        *_, state = await self._transaction(
            *steps, (mirrors.REACHED, {**place, "upto": upto}), (statements.STATE, asdict(bookmark))
        )
        checked(state)

    async def crowded(self, bookmark: Bookmark, idle: timedelta, after: RowName | None, limit: int) -> Crowded:
        table, key = after or ("", "")
        _, found, floor, rows = await self._transaction(
            (thinning.EXPIRE, {"idle": f"-{idle.total_seconds():.0f} seconds"}),
            (statements.STATE, asdict(bookmark)),
            (thinning.FLOOR, {}),
            (thinning.CROWDED, {"tbl": table, "pk": key, "limit": limit, "bytes": BATCH_BYTES}),
        )
        state = checked(found)
        if any([type(part) for part in row] != [int, str, str, str] for row in rows):
            raise refusals.not_libsql()
        crowds = [
            Crowd(row=row, payloads={seq: payload for seq, _, _, payload in entries})
            for row, entries in groupby(rows, key=lambda entry: (entry[1], Key(entry[2])))
        ]
        if len(crowds) > 1 and len(crowds[-1].payloads) == 1:
            crowds.pop()
        return Crowded(state=state, floor=floor[0][0], crowds=crowds)

    async def thin(self, found: Crowded, rows: Sequence[Thinned]) -> None:
        as_found: dict[str, str | int] = {"epoch": found.state.epoch, "found": found.state.floor}
        earlier = mirrors.as_json([seq for row in rows for seq in row.earlier])
        joined = mirrors.as_json(
            [
                (row.last, Change(table=row.row[0], key=row.row[1], payload=row.payload).op_id, row.payload)
                for row in rows
                if row.payload is not None
            ]
        )
        await self._transaction(
            (thinning.DROP, {**as_found, "earlier": earlier}),
            (thinning.DROP_REPEATED, {**as_found, "joined": joined}),
            (thinning.REPLACE, {**as_found, "joined": joined}),
            (thinning.RAISE_FLOOR, {**as_found, "floor": found.floor}),
        )

    async def _transaction(self, *steps: "Step") -> "list[Rows]":
        try:
            if not self._made:
                await self._make()
                self._made = True
            return await self.replica.transaction(*steps)
        except DomainError:
            self._made = False
            raise

    async def _make(self) -> None:
        """Have the tables; where one, or a column of one, was lacking, all mirrors are filled anew."""
        (found,) = await self.replica.transaction((statements.COLUMNS, {}))
        check_ours(found)
        held: dict[str, dict[str, int]] = {}
        for table, column, place in found:
            held.setdefault(table, {})[column] = place
        lacking = list(mirrors.lacking(self.mirrors, held))
        if lacking:
            lacking.append(mirrors.ANEW)
        made = [statements.EPOCH, *statements.CREATE, thinning.INDEX, *lacking]
        await self.replica.transaction(*((statement, {}) for statement in made))
