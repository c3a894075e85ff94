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
