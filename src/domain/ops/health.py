"""Health: the verdict on the service and on each part (`application/health+json`)."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from attrs import frozen


class Status(StrEnum):
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


_WORST = [Status.PASS, Status.WARN, Status.FAIL]


@frozen(kw_only=True)
class Check:
    """The last known state of one component."""

    component: str
    status: Status
    observed_value: float | str | None = None
    observed_unit: str | None = None
    time: datetime
    output: str | None = None
    """Why it does not pass; None when it does."""


def verdict(checks: Iterable[Check]) -> Status:
    """As bad as the worst check."""
    return max((check.status for check in checks), key=_WORST.index, default=Status.PASS)
