"""The account, risk settings and equity history in memory."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from adapters.memory.table import Journal, Table
from domain.errors import Conflict
from domain.trading.portfolio import Account, EquityPoint
from domain.trading.risk import EquityMarks, Halt, RiskLimits

_ONLY = "account"


class MemoryAccounts:
    def __init__(self, journal: Journal) -> None:
        self._accounts: Table[str, Account] = Table(journal)

    def opened(self) -> Account | None:
        return self._accounts.get(_ONLY)

    def open(self, account: Account) -> None:
        if not self._accounts.add(_ONLY, account):
            raise Conflict("the record has an account already")


class MemoryRiskSettings:
    def __init__(self, journal: Journal) -> None:
        self._limits: Table[str, RiskLimits] = Table(journal)
        self._halt: Table[str, Halt] = Table(journal)
        self._marks: Table[str, EquityMarks] = Table(journal)

    def limits(self) -> RiskLimits | None:
        return self._limits.get(_ONLY)

    def set_limits(self, limits: RiskLimits) -> None:
        self._limits.put(_ONLY, limits)

    def halt(self) -> Halt | None:
        return self._halt.get(_ONLY)

    def set_halt(self, halt: Halt) -> None:
        self._halt.put(_ONLY, halt)

    def marks(self) -> EquityMarks | None:
        return self._marks.get(_ONLY)

    def set_marks(self, marks: EquityMarks) -> None:
        self._marks.put(_ONLY, marks)


class MemoryEquityHistory:
    def __init__(self, journal: Journal) -> None:
        self._points: Table[datetime, EquityPoint] = Table(journal)

    def add(self, points: Sequence[EquityPoint]) -> None:
        for point in points:
            self._points.add(point.time, point)

    def page(self, *, start: datetime | None, end: datetime | None, limit: int) -> Sequence[EquityPoint]:
        if start is None:
            return list(islice(self._points.falling(until=end), limit))[::-1]
        return list(islice(self._points.rising(since=start, until=end), limit))
