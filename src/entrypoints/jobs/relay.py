"""The relay loop: tells people what happened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import define

from application.notifications.deliver_events import DeliverEventsHandler
from entrypoints.jobs.job import Step, Then


@define(kw_only=True, eq=False)
class Relay:
    deliver: DeliverEventsHandler

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        yield self._step

    async def _step(self) -> Then:
        return Then.AGAIN if await self.deliver() else Then.WAIT
