"""The ledger in SQLite: notes, states and the node's place, in the file that holds the rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import chain, groupby, islice
from operator import attrgetter

from attrs import frozen
from msgspec import json

from adapters.sql.rows.reading import whole
from adapters.sql.session import Session
from adapters.sql.shared import SHARED
from adapters.sqlite.sync import statements, triggers
from adapters.sqlite.sync.statements import SQL
from application.ports.sync import Noted, Place
from domain.errors import Invalid, Unavailable
from domain.shared.time import EPOCH
from domain.sync.capture import fact, is_fact
from domain.sync.change import MAX_PAYLOAD, Change, Key, decoded, encoded, fact_change, fact_of
from domain.sync.clock import HybridClock, checked_boot
from domain.sync.log import Bookmark
from domain.sync.row import UNHEARD, Row, Values


@frozen
class SqliteLedger:
    session: Session

    def place(self) -> Place:
        ((boot, millisecond, count, epoch, seq, op_id),) = self.session.all(statements.PLACE)
        clock = HybridClock(boot=checked_boot(boot), millisecond=whole(millisecond), count=whole(count))
        return Place(clock=clock, bookmark=None if epoch is None else Bookmark(epoch=epoch, seq=seq, op_id=op_id))

    def move(self, place: Place) -> None:
        clock, bookmark = place.clock, place.bookmark
        read = (None, 0, "") if bookmark is None else (bookmark.epoch, bookmark.seq, bookmark.op_id)
        self.session.write(statements.MOVE, (clock.boot, clock.millisecond, clock.count, *read))

    def noted(self, limit: int) -> Sequence[Noted]:
        found = self.session.all(statements.NOTED, (limit,))
        return [Noted(table=table, key=key, at=EPOCH + timedelta(milliseconds=at)) for table, key, at in found]

    def values(self, table: str, key: Key) -> Values | None:
        row = self.session.one(SQL[table].values, SHARED[table].parts(key))
        return None if row is None else SQL[table].texts(row)

    def state(self, table: str, key: Key) -> tuple[Row, bool]:
        known = self.session.one(statements.STATE, (table, key))
        if known is not None:
            return _undamaged(table, key, known[0]), bool(known[1])
        if not SHARED[table].policy.fact:
            return UNHEARD, False
        values = self.values(table, key)
        return (UNHEARD, False) if values is None else (fact(values), self._is_noted(table, key))

    def keep(self, table: str, key: Key, row: Row, *, pending: bool) -> None:
        mere_fact = SHARED[table].policy.fact and is_fact(row)
        if not (mere_fact and pending):
            self.session.write(statements.FORGET_NOTE, (table, key))
        if row.life and not mere_fact:
            self.session.write(statements.KEEP, (table, key, encoded(row), int(pending)))

    @contextmanager
    def unnoted(self) -> Iterator[None]:
        self.session.write(statements.MUTE, (1,))
        yield
        self.session.write(statements.MUTE, (0,))

    def show(self, table: str, key: Key, values: Values | None) -> None:
        if values is None:
            self.session.write(SQL[table].delete, SHARED[table].parts(key))
            return
        row = SHARED[table].row(key, {**(self.values(table, key) or {}), **values})
        if (record_anew := SQL[table].record_anew) is not None:
            self.session.write(record_anew, SHARED[table].parts(key))
        self.session.write(SQL[table].save, row)

    def add_facts(self, table: str, facts: Mapping[Key, Values]) -> Sequence[Key]:
        sql = SQL[table]
        rows = {key: SHARED[table].row(key, values) for key, values in facts.items()}
        special = self._stated(table) & rows.keys()
        plain = {key: row for key, row in rows.items() if key not in special}
        if self.session.write_many(sql.add, list(plain.values())) == len(plain):
            return list(special)
        same = {key for key in plain if self.values(table, key) == facts[key]}
        self._forget_notes(table, same)
        return [key for key in rows if key not in same]

    def untold(self, limit: int, *, after: Change | None = None) -> Sequence[Change]:
        tables = [*SHARED]
        if after is not None:
            tables = tables[tables.index(after.table) + 1 :]
        rest = (self._untold_of(table, limit) for table in tables)
        first = self._untold_of(after.table, limit, after) if after is not None else ()
        return list(islice(chain(first, chain.from_iterable(rest)), limit))

    def told(self, changes: Sequence[Change]) -> None:
        for table, of_table in groupby(changes, attrgetter("table")):
            said = [(table, change.key, change.payload) for change in of_table]
            if SHARED[table].policy.fact:
                self._forget_notes(table, [key for _, key, _ in said])
                stated = self._stated(table)
                said = [row for row in said if row[1] in stated]
            self.session.write_many(statements.TOLD, said)

    def waiting(self) -> int:
        ((count,),) = self.session.all(statements.WAITING)
        return whole(count)

    def tell_all(self) -> None:
        triggers.note_all(self.session)
        self.session.write(statements.TELL_ALL)

    def _untold_of(self, table: str, limit: int, after: Change | None = None) -> Iterator[Change]:
        """The rows whose states are known, then the facts that have none."""
        facts, beyond = SHARED[table].policy.fact, after.key if after else ""
        if not (facts and after and fact_of(after)):
            for key, state in self.session.all(statements.UNTOLD_ROWS, (table, beyond, MAX_PAYLOAD, limit)):
                limit -= 1
                yield Change(table=table, key=key, payload=state)
            beyond = ""
        while limit and facts:
            found = self.session.all(SQL[table].untold, (table, beyond, limit))
            for key, *stored in found:
                with suppress(Invalid):  # it is too large
                    yield fact_change(table, key, SQL[table].texts(stored))
            if len(found) < limit:
                return
            beyond = found[-1][0]

    def _stated(self, table: str) -> set[Key]:
        """The rows whose states are known; of facts, only those that nodes did not agree on."""
        return {key for (key,) in self.session.all(statements.STATES, (table,))}

    def _forget_notes(self, table: str, keys: Iterable[Key]) -> None:
        self.session.write(statements.FORGET_NOTES, (table, json.encode(list(keys)).decode()))

    def _is_noted(self, table: str, key: Key) -> bool:
        return self.session.one(statements.IS_NOTED, (table, key)) is not None


def _undamaged(table: str, key: Key, state: str) -> Row:
    try:
        return decoded(state)
    except Invalid:
        raise Unavailable(
            f"the record {table}, {key} of sync_rows is damaged; restore a backup", code="database_damaged"
        ) from None
