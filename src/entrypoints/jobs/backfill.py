"""The backfill loop: asks the exchange for candles that are missing."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from attrs import define, field

from application.market.backfill_gaps import BackfillGapsHandler
from entrypoints.jobs.job import Step, Then

PAUSE = 10.0
"""Seconds between two looks at whether gaps were found, so that a market full of gaps is not asked all the time."""

RETRY = 600.0
"""Seconds after which gaps that could not be filled are asked for again."""


@define(kw_only=True, eq=False)
class Backfill:
    backfill: BackfillGapsHandler
    elapsed: Callable[[], float] = time.monotonic
    _due: float = field(init=False, default=0.0)

    def gaps_found(self) -> None:
        """Do not wait for the next retry."""
        self._due = 0.0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        self._due = 0.0
        yield self._step

    async def _step(self) -> Then:
        if self.elapsed() >= self._due:
            self._due = self.elapsed() + RETRY
            await self.backfill()
        return Then.WAIT
