"""The account, risk settings and equity history in SQL."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import frozen
from sqlalchemy import Table, bindparam, select

from adapters.sql import statements
from adapters.sql.rows import risk as rows
from adapters.sql.rows.reading import read, read_all
from adapters.sql.session import Row, Session
from adapters.sql.statements import BEYOND, compiled
from adapters.sql.tables import accounts, equity_history, equity_marks, risk_limits, trading_halt
from domain.errors import Conflict
from domain.shared import time
from domain.trading.portfolio import Account, EquityPoint
from domain.trading.risk import EquityMarks, Halt, RiskLimits

T = TypeVar("T")

_ACCOUNT, _OPEN_ACCOUNT = compiled(select(accounts)), statements.add(accounts)
_LIMITS, _SET_LIMITS = compiled(select(risk_limits)), statements.save(risk_limits)
_HALT, _SET_HALT = compiled(select(trading_halt)), statements.save(trading_halt)
_MARKS, _SET_MARKS = compiled(select(equity_marks)), statements.save(equity_marks)

_ADD_POINT = statements.add(equity_history)
_POINTS = select(equity_history).where(equity_history.c.time < bindparam("end")).limit(bindparam("limit"))
_POINTS_FROM = compiled(
    _POINTS.where(equity_history.c.time >= bindparam("start")).order_by(equity_history.c.time), "end", "start", "limit"
)
_NEWEST_POINTS = compiled(_POINTS.order_by(equity_history.c.time.desc()), "end", "limit")


@frozen
class SqlAccounts:
    session: Session

    def opened(self) -> Account | None:
        row = self.session.one(_ACCOUNT)
        return None if row is None else read(accounts, rows.account, row)

    def open(self, account: Account) -> None:
        if not self.session.write(_OPEN_ACCOUNT, rows.account_row(account)):
            raise Conflict("the record has an account already")


@frozen
class SqlRiskSettings:
    session: Session

    def limits(self) -> RiskLimits | None:
        return self._only(risk_limits, _LIMITS, rows.limits)

    def set_limits(self, limits: RiskLimits) -> None:
        self.session.write(_SET_LIMITS, rows.limits_row(limits))

    def halt(self) -> Halt | None:
        return self._only(trading_halt, _HALT, rows.halt)

    def set_halt(self, halt: Halt) -> None:
        self.session.write(_SET_HALT, rows.halt_row(halt))

    def marks(self) -> EquityMarks | None:
        return self._only(equity_marks, _MARKS, rows.marks)

    def set_marks(self, marks: EquityMarks) -> None:
        self.session.write(_SET_MARKS, rows.marks_row(marks))

    def _only(self, table: Table, sql: str, build: Callable[[Row], T]) -> T | None:
        row = self.session.one(sql)
        return None if row is None else read(table, build, row)


@frozen
class SqlEquityHistory:
    session: Session

    def add(self, points: Sequence[EquityPoint]) -> None:
        self.session.write_many(_ADD_POINT, [rows.point_row(point) for point in points])

    def page(self, *, start: datetime | None, end: datetime | None, limit: int) -> Sequence[EquityPoint]:
        until = BEYOND if end is None else time.text(end)
        if start is None:
            found = self.session.all(_NEWEST_POINTS, (until, limit))[::-1]
        else:
            found = self.session.all(_POINTS_FROM, (until, time.text(start), limit))
        return read_all(equity_history, rows.point, found)
