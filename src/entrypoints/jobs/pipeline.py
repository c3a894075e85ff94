"""The pipeline: the loops from the market to the message, wired to each other."""

import time
from collections.abc import Callable

from attrs import frozen

from application.market.backfill_gaps import BackfillGapsHandler
from application.market.record_candles import RecordCandlesHandler
from application.market.watch_symbols import WatchSymbolsHandler
from application.notifications.deliver_events import DeliverEventsHandler
from application.ports.exchange import Exchange
from application.ports.lease import TradingRight
from application.ports.transactions import Transactions
from application.strategy.trade_candles import TradeCandlesHandler
from application.strategy.upcoming_candles import UpcomingCandlesHandler
from application.trading.reconcile_orders import ReconcileOrdersHandler
from application.trading.submit_order import SubmitOrderHandler
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from entrypoints.jobs.backfill import PAUSE, RETRY, Backfill
from entrypoints.jobs.backlog import Backlog
from entrypoints.jobs.feed import Feed
from entrypoints.jobs.job import Job
from entrypoints.jobs.pulse import Pulse
from entrypoints.jobs.relay import Relay
from entrypoints.jobs.trader import Trader


@frozen(kw_only=True)
class UseCases:
    """What the loops do."""

    watch: WatchSymbolsHandler
    record: RecordCandlesHandler
    backfill: BackfillGapsHandler
    upcoming: UpcomingCandlesHandler
    trade: TradeCandlesHandler
    submit: SubmitOrderHandler
    reconcile: ReconcileOrdersHandler
    deliver: DeliverEventsHandler


@frozen(kw_only=True)
class Pipeline:
    """`relay.wake` may be beaten by whoever put an event into the outbox."""

    market: Feed
    feed: Job
    backfill: Job
    trader: Job
    relay: Job

    @property
    def jobs(self) -> tuple[Job, ...]:
        return self.feed, self.backfill, self.trader, self.relay


def pipeline(
    use_cases: UseCases,
    *,
    exchange: Exchange,
    transactions: Transactions,
    timeframe: Timeframe,
    right: TradingRight,
    wanted: frozenset[SymbolName] = frozenset(),
    elapsed: Callable[[], float] = time.monotonic,
    changed: Callable[[], object] = lambda: None,
    told: Callable[[], object] = lambda: None,
) -> Pipeline:
    """Market → candles on record → strategies → orders → fills → messages; only the telling may fail for long.

    `changed` is called whenever something worth showing is not what it was, `told` when people were told of something.
    """
    arrived, recorded, happened = Pulse(), Pulse(), Pulse()
    backlog = Backlog(recorder=arrived, trader=recorded)
    backfill = Backfill(backfill=use_cases.backfill, elapsed=elapsed)
    feed = Feed(
        exchange=exchange,
        transactions=transactions,
        timeframe=timeframe,
        wanted=wanted,
        watch=use_cases.watch,
        record=use_cases.record,
        backfill=backfill,
        backlog=backlog,
        arrived=arrived,
    )
    trader = Trader(
        upcoming=use_cases.upcoming,
        trade=use_cases.trade,
        submit=use_cases.submit,
        reconcile=use_cases.reconcile,
        right=right,
        backlog=backlog,
        relay=happened,
        changed=changed,
        elapsed=elapsed,
    )
    return Pipeline(
        market=feed,
        feed=Job(name="feed", open=feed.open, wake=arrived, essential=True),
        backfill=Job(name="backfill", open=backfill.open, idle=PAUSE, limit=RETRY),
        trader=Job(name="trader", open=trader.open, wake=recorded, essential=True),
        relay=Job(name="relay", open=Relay(deliver=use_cases.deliver, told=told).open, wake=happened),
    )
