"""The trader loop: trades what was recorded, stretch after stretch."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from attrs import define, field

from application.ports.lease import TradingRight
from application.strategy.trade_candles import TradeCandlesHandler
from application.strategy.upcoming_candles import UpcomingCandlesHandler
from application.trading.reconcile_orders import ReconcileOrdersHandler
from application.trading.submit_order import SubmitOrderHandler
from domain.market.candle import Candle
from domain.sync.lease import NotTheTrader
from entrypoints.jobs.backlog import Backlog
from entrypoints.jobs.job import Step, Then
from entrypoints.jobs.pulse import Pulse

RECONCILE = 30.0
"""Seconds after which intents whose outcome is unknown are looked for again."""

AT_ONCE = 500
"""The most candles traded in one unit of work; other writers wait that long."""


@define(kw_only=True, eq=False)
class Trader:
    """Before anything is traded, every intent on record has reached the broker; so also after any failure.

    While another node trades, it waits; what is recorded meanwhile is that node's to trade.
    """

    upcoming: UpcomingCandlesHandler
    trade: TradeCandlesHandler
    submit: SubmitOrderHandler
    reconcile: ReconcileOrdersHandler
    right: TradingRight
    backlog: Backlog
    relay: Pulse
    changed: Callable[[], object]
    """Called after every stretch: prices, and perhaps more, are not what they were."""
    elapsed: Callable[[], float] = time.monotonic
    _candles: Sequence[Candle] = field(init=False, default=())
    _reconciled: float = field(init=False, default=float("-inf"))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        self._begin_anew()
        try:
            await self._reconcile()
        except NotTheTrader:
            self._begin_anew()
        yield self._step

    async def _step(self) -> Then:
        try:
            return await self._trade()
        except NotTheTrader:
            self._begin_anew()
            self.backlog.traded(self.backlog.count)
            self.relay.beat()
            return Then.WAIT

    def _begin_anew(self) -> None:
        """Ask the broker and the record, whatever was known before."""
        self._candles = ()
        self._reconciled = float("-inf")
        self.backlog.forget()

    async def _trade(self) -> Then:
        self.right.check()
        if self.elapsed() >= self._reconciled + RECONCILE:
            await self._reconcile()
        self._candles = self._candles or await self._next()
        if not self._candles:
            self.relay.beat()
            return Then.WAIT
        stretch = await self.trade(self._candles)
        self._candles = self._candles[stretch.traded :]
        self.backlog.traded(stretch.traded)
        for intent in stretch.intents:
            await self.submit(intent)
        self.changed()
        return Then.AGAIN

    async def _next(self) -> Sequence[Candle]:
        """The candles that follow, as they were recorded if trading keeps up with it, else from the record."""
        kept = self.backlog.kept(AT_ONCE)
        if kept is not None:
            return kept
        waiting = self.backlog.count
        found = await self.upcoming()
        if not found:
            self.backlog.traded(waiting)
            self.backlog.follow()
        return found

    async def _reconcile(self) -> None:
        self.right.check()
        for intent in await self.reconcile():
            await self.submit(intent)
        self._reconciled = self.elapsed()
