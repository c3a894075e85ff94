"""How the service is doing: what is known of it, and what is asked of the machine."""

from collections.abc import Callable
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Usage:
    """Bytes in use, of those there are."""

    used: int
    total: int

    @property
    def percent(self) -> float:
        return 100 * self.used / self.total if self.total else 0.0


Gauge = Callable[[], Usage]
"""Measures; may take its time, and raises OSError when it cannot."""


@frozen(kw_only=True)
class JobReport:
    """A background loop: what it does now, when it last finished a step, how often it began anew."""

    name: str
    phase: str
    last_success: datetime | None
    restarts: int = 0
    last_error: str | None = None
    """Without secrets; None when the loop is well."""


@frozen(kw_only=True)
class SyncReport:
    """How the copy of the record and the shared log keep in step.

    `state` is `off`, `paused`, `starting`, `syncing`, `in_sync`, `row_too_large`, `clock_drift`, or the code of what
    went wrong last; `detail` says what to do about it. `read` and `head` are how far the log was read and how
    long it is. `told` and `taken` count changes since the start.
    """

    state: str
    detail: str | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    node: str | None = None
    log: str | None = None
    read: int = 0
    head: int = 0
    waiting: int = 0
    conflicts: int = 0
    told: int = 0
    taken: int = 0

    @property
    def well(self) -> bool:
        return self.state in ("off", "paused", "starting", "syncing", "in_sync")
