"""The feed loop: records what the market does."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

from attrs import define, field

from application.market.record_candles import RecordCandlesHandler
from application.market.watch_symbols import WatchSymbolsHandler
from application.ports.exchange import Exchange
from application.ports.transactions import Stores, Transactions
from domain.errors import Unavailable
from domain.market.candle import Candle
from domain.market.symbol import Source, SymbolName
from domain.market.timeframe import Timeframe
from entrypoints.jobs.backfill import Backfill
from entrypoints.jobs.backlog import Backlog
from entrypoints.jobs.intake import Intake
from entrypoints.jobs.job import Step, Then
from entrypoints.jobs.pulse import Pulse

log = logging.getLogger(__name__)

WATCH = timedelta(minutes=1)
"""Market time between two looks at which symbols there are."""


@define(kw_only=True, eq=False)
class Feed:
    """Records the closed candles of `wanted` symbols, all when none is named; a symbol is on record before them."""

    exchange: Exchange
    transactions: Transactions
    timeframe: Timeframe
    wanted: frozenset[SymbolName]
    watch: WatchSymbolsHandler
    record: RecordCandlesHandler
    backfill: Backfill
    backlog: Backlog
    arrived: Pulse
    market_time: datetime | None = field(init=False, default=None)
    """When the newest candle on record closed."""
    _known: frozenset[SymbolName] = field(init=False, default=frozenset())
    _watched: datetime | None = field(init=False, default=None)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        newest = await self.transactions.read(lambda stores: stores.candles.newest(self.timeframe))
        if newest:
            self.market_time = max(newest.values()) + self.timeframe.duration
        await self._watch(self.market_time)
        intake = Intake(self.exchange.stream(self.timeframe, self._on_record(newest)), self.arrived)
        try:
            yield partial(self._step, intake)
        finally:
            await intake.close()

    async def _step(self, intake: Intake[Sequence[Candle]]) -> Then:
        if self.backlog.long and self.exchange.source is not Source.LIVE:
            return Then.WAIT
        batch = intake.take()
        if batch is None:
            return Then.FINISH if intake.ended() else Then.WAIT
        await self._take(batch)
        intake.done()
        return Then.AGAIN

    async def _take(self, batch: Sequence[Candle]) -> None:
        wanted = [candle for candle in batch if self._wants(candle.symbol)]
        unknown = [candle.open_time for candle in wanted if candle.symbol not in self._known]
        if unknown:
            await self._watch(min(unknown))
        listed = [candle for candle in wanted if candle.symbol in self._known]
        recorded = await self.record(listed)
        self.backlog.recorded(listed)
        if recorded.gaps:
            self.backfill.gaps_found()
        if batch:
            self.market_time = batch[-1].close_time
        await self._watch_at_times()

    async def _watch_at_times(self) -> None:
        if self._watched and self.market_time and self.market_time < self._watched + WATCH:
            return
        try:
            await self._watch(self.market_time)
        except Unavailable as error:
            log.warning("cannot see which symbols there are: %s", error.detail)

    async def _watch(self, at: datetime | None) -> None:
        await self.watch(None if self.exchange.source is Source.LIVE else at)
        self._known = await self.transactions.read(_symbol_names)
        self._watched = self.market_time

    def _wants(self, symbol: SymbolName) -> bool:
        return not self.wanted or symbol in self.wanted

    def _on_record(self, newest: Mapping[SymbolName, datetime]) -> Mapping[SymbolName, datetime]:
        """Where the stream goes on. It passes over what is not wanted, whose whole past would come first otherwise."""
        unwanted = [name for name in self._known if not self._wants(name)]
        return {**newest, **dict.fromkeys(unwanted, max(newest.values()))} if newest else newest


def _symbol_names(stores: Stores) -> frozenset[SymbolName]:
    return frozenset(symbol.name for symbol in stores.symbols.all())
