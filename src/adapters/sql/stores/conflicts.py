"""Conflicts in SQL."""

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import bindparam, func, select, tuple_

from adapters.sql import statements
from adapters.sql.rows import sync as rows
from adapters.sql.rows.reading import read_all
from adapters.sql.session import Session
from adapters.sql.statements import compiled
from adapters.sql.tables import conflicts
from domain.sync.conflict import Conflict

_ADD = statements.add(conflicts)
_COUNT = compiled(select(func.count()).select_from(conflicts))
_PAGE = select(conflicts).order_by(conflicts.c.found_at.desc(), conflicts.c.id.desc()).limit(bindparam("limit"))
_NEWEST = compiled(_PAGE, "limit")
_place = tuple_(conflicts.c.found_at, conflicts.c.id)
_before = select(*_place.clauses).where(conflicts.c.id == bindparam("before")).scalar_subquery()
_BEFORE = compiled(_PAGE.where(_place < _before), "before", "limit")


@frozen
class SqlConflicts:
    session: Session

    def add(self, new: Sequence[Conflict]) -> Sequence[Conflict]:
        return [conflict for conflict in new if self.session.write(_ADD, rows.conflict_row(conflict))]

    def page(self, *, before: str | None, limit: int) -> Sequence[Conflict]:
        sql, place = (_NEWEST, (limit,)) if before is None else (_BEFORE, (before, limit))
        return read_all(conflicts, rows.conflict, self.session.all(sql, place))

    def count(self) -> int:
        return int(self.session.all(_COUNT)[0][0])
