"""Inquiries: asking a component how it is, without ever waiting for the answer."""

import asyncio
from collections.abc import Awaitable, Callable

from attrs import define, field, frozen

from application.ports.clock import Clock
from domain.ops.health import Check, Status
from entrypoints.jobs.job import described


@frozen(kw_only=True)
class Finding:
    """What was seen of a component; `output` says why where it is not well."""

    status: Status = Status.PASS
    value: float | str | None = None
    unit: str | None = None
    output: str | None = None

    def of(self, component: str, now: Clock) -> Check:
        return Check(
            component=component,
            status=self.status,
            observed_value=self.value,
            observed_unit=self.unit,
            time=now(),
            output=self.output,
        )


@frozen(kw_only=True)
class Probe:
    """A question that may take its time, fail or never be answered; the latter two mean `failing`."""

    component: str
    ask: Callable[[], Awaitable[Finding]]
    failing: Status
    every: float = 10.0
    """Seconds between two questions."""
    deadline: float = 5.0
    """Seconds after which no answer is one."""


@define(kw_only=True, eq=False)
class Inquiry:
    """A probe, the last check, and the question in progress; no other is asked before that one has ended."""

    probe: Probe
    now: Clock
    changed: Callable[[], None]
    check: Check = field(init=False)
    _asked: float = field(init=False, default=float("-inf"))
    _asking: asyncio.Task[Finding] | None = field(init=False, default=None)
    _late: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        self.check = Finding(status=Status.WARN, output="not checked yet").of(self.probe.component, self.now)

    def pursue(self, elapsed: float) -> None:
        """Ask if it is time, and note if an answer is late; `elapsed` is the present of a monotonic clock."""
        waited = elapsed - self._asked
        if self._asking is not None and not self._asking.done():
            if waited >= self.probe.deadline and not self._late:
                self._late = True
                self._asking.cancel()
                self._note(Finding(status=self.probe.failing, output=f"no answer within {self.probe.deadline:g} s"))
        elif waited >= self.probe.every:
            self._asked, self._late = elapsed, False
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._answered)

    def give_up(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self) -> Finding:
        try:
            return await self.probe.ask()
        except Exception as error:  # whatever a component does, the others are asked as well
            return Finding(status=self.probe.failing, output=described(error))

    def _answered(self, task: asyncio.Task[Finding]) -> None:
        if not task.cancelled() and not self._late:
            self._note(task.result())

    def _note(self, finding: Finding) -> None:
        self.check = finding.of(self.probe.component, self.now)
        self.changed()
