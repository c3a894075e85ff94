"""The relay loop: tells people what happened."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from attrs import define

from application.notifications.deliver_events import DeliverEventsHandler
from entrypoints.jobs.job import Step, Then


@define(kw_only=True, eq=False)
class Relay:
    deliver: DeliverEventsHandler
    told: Callable[[], object]
    """Called when something happened that others should know of, too."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        yield self._step

    async def _step(self) -> Then:
        if not await self.deliver():
            return Then.WAIT
        self.told()
        return Then.AGAIN
