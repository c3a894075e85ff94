"""The trader loop: trades what was recorded, stretch after stretch."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from attrs import define, field

from application.strategy.trade_candles import TradeCandlesHandler
from application.strategy.upcoming_candles import UpcomingCandlesHandler
from application.trading.reconcile_orders import ReconcileOrdersHandler
from application.trading.submit_order import SubmitOrderHandler
from domain.market.candle import Candle
from entrypoints.jobs.job import Step, Then
from entrypoints.jobs.lag import Lag
from entrypoints.jobs.pulse import Pulse

RECONCILE = 30.0
"""Seconds after which intents whose outcome is unknown are looked for again."""


@define(kw_only=True, eq=False)
class Trader:
    """Before anything is traded, every intent on record has reached the broker; so also after any failure."""

    upcoming: UpcomingCandlesHandler
    trade: TradeCandlesHandler
    submit: SubmitOrderHandler
    reconcile: ReconcileOrdersHandler
    lag: Lag
    relay: Pulse
    changed: Callable[[], None]
    """Called after every stretch: prices, and perhaps more, are not what they were."""
    elapsed: Callable[[], float] = time.monotonic
    _candles: Sequence[Candle] = field(init=False, default=())
    _reconciled: float = field(init=False, default=0.0)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        self._candles = ()
        await self._reconcile()
        yield self._step

    async def _step(self) -> Then:
        if self.elapsed() >= self._reconciled + RECONCILE:
            await self._reconcile()
        waiting = self.lag.candles
        self._candles = self._candles or await self.upcoming()
        if not self._candles:
            self.lag.traded(waiting)
            self.relay.beat()
            return Then.WAIT
        stretch = await self.trade(self._candles)
        self._candles = self._candles[stretch.traded :]
        self.lag.traded(stretch.traded)
        for intent in stretch.intents:
            await self.submit(intent)
        self.changed()
        return Then.AGAIN

    async def _reconcile(self) -> None:
        for intent in await self.reconcile():
            await self.submit(intent)
        self._reconciled = self.elapsed()
