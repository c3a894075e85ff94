"""What the HTTP side needs from the rest of the service, in one place."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from attrs import field, frozen
from prometheus_client import CollectorRegistry

from application.market.get_order_book import GetOrderBookHandler
from application.market.get_ticker import GetTickerHandler
from application.market.list_candles import ListCandlesHandler
from application.market.list_listings import ListListingsHandler
from application.market.list_symbols import ListSymbolsHandler
from application.market.list_tickers import ListTickersHandler
from application.notifications.list_notifications import ListNotificationsHandler
from application.notifications.request_test import RequestTestHandler
from application.ports.clock import Clock
from application.ports.health import JobReport, SyncReport
from application.ports.identity import TokenVerifier
from application.strategy.change_strategy import ChangeStrategyHandler
from application.strategy.list_strategies import ListStrategiesHandler
from application.sync.list_conflicts import ListConflictsHandler
from application.trading.cancel_order import CancelOrderHandler
from application.trading.change_risk_limits import ChangeRiskLimitsHandler
from application.trading.find_placed import FindPlacedHandler
from application.trading.get_order import GetOrderHandler
from application.trading.get_portfolio import GetPortfolioHandler
from application.trading.get_risk import GetRiskHandler
from application.trading.halt_trading import HaltTradingHandler
from application.trading.list_equity import ListEquityHandler
from application.trading.list_orders import ListOrdersHandler
from application.trading.list_trades import ListTradesHandler
from application.trading.place_order import PlaceOrderHandler
from application.trading.resume_trading import ResumeTradingHandler
from application.trading.submit_order import SubmitOrderHandler
from domain.market.symbol import Source
from domain.ops.health import Check
from domain.trading.order import TradingMode
from entrypoints.http.streams import Changes, Streams


class Readiness:
    """Whether this process wants new work; draining begins once and does not end."""

    def __init__(self) -> None:
        self._draining = asyncio.Event()

    @property
    def draining(self) -> bool:
        return self._draining.is_set()

    def drain(self) -> None:
        self._draining.set()

    async def drained(self) -> None:
        """Return once draining has begun."""
        await self._draining.wait()


@frozen(kw_only=True)
class Release:
    """What is running."""

    version: str
    commit: str | None = None
    sqlite_version: str
    warnings: Sequence[str] = ()
    """What its operator should know about the parts it runs on."""


@frozen(kw_only=True)
class Services:
    """Every use case the API offers, who may call them, and what is known of the service itself."""

    list_symbols: ListSymbolsHandler
    list_tickers: ListTickersHandler
    get_ticker: GetTickerHandler
    list_candles: ListCandlesHandler
    get_order_book: GetOrderBookHandler
    list_listings: ListListingsHandler

    place_order: PlaceOrderHandler
    find_placed: FindPlacedHandler
    submit_order: SubmitOrderHandler
    cancel_order: CancelOrderHandler
    get_order: GetOrderHandler
    list_orders: ListOrdersHandler
    list_trades: ListTradesHandler

    get_portfolio: GetPortfolioHandler
    list_equity: ListEquityHandler
    get_risk: GetRiskHandler
    change_risk_limits: ChangeRiskLimitsHandler
    halt_trading: HaltTradingHandler
    resume_trading: ResumeTradingHandler

    list_strategies: ListStrategiesHandler
    change_strategy: ChangeStrategyHandler
    list_notifications: ListNotificationsHandler
    request_test: RequestTestHandler
    list_conflicts: ListConflictsHandler

    tokens: TokenVerifier
    now: Clock
    source: Source
    mode: TradingMode
    release: Release
    started_at: datetime
    configuration: Mapping[str, object]
    """The settings in force, free of secrets."""
    health: Callable[[], Sequence[Check]]
    """The last known state of every component; answers at once, because what it tells was found out before."""
    jobs: Callable[[], Sequence[JobReport]]
    """The present state of every background loop; answers at once."""
    sync: Callable[[], SyncReport]
    """How this copy of the record and the others keep in step; answers at once."""
    run_sync: Callable[[], Awaitable[SyncReport]]
    """Keep them in step now; raises Conflict where synchronization is off."""
    wrote: Callable[[], object] = lambda: None
    """Called once a caller has changed something, which the other nodes should know of soon."""
    readiness: Readiness = field(factory=Readiness)
    changes: Changes = field(factory=Changes)
    streams: Streams = field(factory=Streams)
    metrics: CollectorRegistry = field(factory=CollectorRegistry)
    """What `/metrics` shows, beside the figures of the HTTP side itself."""
