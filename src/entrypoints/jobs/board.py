"""The health board: looks at every component in the background and keeps what it saw last."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

from application.ports.clock import Clock
from domain.ops.health import Check
from entrypoints.jobs.inquiry import Finding, Inquiry, Probe

LOOK = 1.0
"""Seconds between two looks."""

Glance = Callable[[], Iterable[tuple[str, Finding]]]
"""What can be seen of components, by name, without waiting."""


class HealthBoard:
    """Call it for the last checks. That never waits, and the tuple is the same until something was looked at again."""

    def __init__(
        self,
        probes: Sequence[Probe],
        glances: Sequence[Glance],
        *,
        now: Clock,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._elapsed = elapsed
        self._glances = glances
        self._inquiries = [Inquiry(probe=probe, now=now, changed=self._gather) for probe in probes]
        self._checks: tuple[Check, ...] = ()
        self._gather()

    def __call__(self) -> Sequence[Check]:
        return self._checks

    async def run(self) -> None:
        """Look once a second until cancelled."""
        try:
            while True:
                for inquiry in self._inquiries:
                    inquiry.pursue(self._elapsed())
                self._gather()
                await asyncio.sleep(LOOK)
        finally:
            for inquiry in self._inquiries:
                inquiry.give_up()

    def _gather(self) -> None:
        seen = [finding.of(component, self._now) for glance in self._glances for component, finding in glance()]
        self._checks = (*seen, *(inquiry.check for inquiry in self._inquiries))
