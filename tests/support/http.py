"""The whole HTTP side on memory adapters, and two ways to talk to it: a client, and plain ASGI."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
from attrs import define, evolve, field
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Message

from adapters.memory.broker import MemoryBroker
from adapters.memory.database import MemoryDatabase
from adapters.memory.exchange import MemoryExchange
from adapters.system.local_identity import LocalIdentity
from application.market.get_order_book import GetOrderBookHandler
from application.market.get_ticker import GetTickerHandler
from application.market.list_candles import ListCandlesHandler
from application.market.list_listings import ListListingsHandler
from application.market.list_symbols import ListSymbolsHandler
from application.market.list_tickers import ListTickersHandler
from application.notifications.list_notifications import ListNotificationsHandler
from application.notifications.request_test import RequestTestHandler
from application.ops.prepare_installation import PrepareInstallationHandler
from application.ports.clock import NewId
from application.ports.health import SyncReport
from application.ports.lease import LeasedRight
from application.ports.strategy import Mark
from application.ports.transactions import Stores
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
from domain.identity.permission import Role
from domain.market.symbol import Source
from domain.market.timeframe import Timeframe
from domain.ops.health import Check, Status
from domain.sync.lease import Claim, Lease, Tenure
from domain.trading.order import TradingMode
from entrypoints.http.api import ENDPOINTS
from entrypoints.http.app import create_app
from entrypoints.http.endpoint import Endpoint
from entrypoints.http.services import JobReport, Release, Services
from entrypoints.jobs.sync import NoSync
from support.build import BTC, ETH, START, a_candle, a_symbol, an_account, candles, new_ids, some_marks

M5 = Timeframe.M5
CANDLES = 20
"""How many candles of BTC/USDT are on record; ETH/USDT has one."""


def a_check(**changes: Any) -> Check:
    return Check(**({"component": "database", "status": Status.PASS, "time": START} | changes))


def a_claim(holder: str) -> Claim:
    return Claim(lease=Lease(holder=holder, token=1, until=START), begun=True, alone=False)


TRADER = Tenure(node="attic").learned(a_claim("attic"), 0)


@define(kw_only=True, eq=False)
class Api:
    """The application and everything behind it."""

    key_file: Path
    now: datetime = START + timedelta(hours=2)
    database: MemoryDatabase = field(factory=lambda: MemoryDatabase(an_account()))
    exchange: MemoryExchange = field(factory=MemoryExchange)
    broker: MemoryBroker = field(factory=MemoryBroker)
    right: LeasedRight = field(factory=lambda: LeasedRight(TRADER, lambda: 0))
    new_id: NewId = field(factory=new_ids)
    checks: Sequence[Check] = (a_check(),)
    sync: SyncReport = SyncReport(state="off")
    services: Services = field(init=False)
    identity: LocalIdentity = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.identity = LocalIdentity(self.key_file, self.clock)
        self.services = self._services()

    def clock(self) -> datetime:
        return self.now

    async def run_sync(self) -> SyncReport:
        return await NoSync(self.sync).run(1.0)

    def app(self, *, hosts: Sequence[str] = (), endpoints: Sequence[Endpoint] = ENDPOINTS, **changes: Any) -> ASGIApp:
        """The application, with some of its services replaced."""
        services = evolve(self.services, **({"metrics": CollectorRegistry()} | changes))
        return create_app(services, hosts=hosts, endpoints=endpoints)

    def bearer(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.identity.issue(role)}"}

    @asynccontextmanager
    async def client(self, role: Role | None = Role.ADMIN, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A client of `app(**changes)` with a token of that role."""
        transport = httpx.ASGITransport(app=self.app(**changes))
        headers = {} if role is None else self.bearer(role)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
            yield client

    async def prepare(self) -> "Api":
        """A new installation on a market that is a few candles old."""
        history = candles(*range(100, 100 + CANDLES))
        ether = a_candle(symbol=ETH, open="10")
        self.exchange.push(*sorted([*history, ether], key=lambda candle: (candle.close_time, candle.symbol)))
        async for _ in self.exchange.stream(M5, {}):
            pass
        await PrepareInstallationHandler(transactions=self.database, account=an_account())()

        def record(stores: Stores) -> None:
            stores.symbols.save([a_symbol(BTC), a_symbol(ETH)])
            stores.candles.add([*history, ether])
            marks = {c.symbol: Mark(c.open_time, c.close_time, c.close) for c in (ether, *history)}
            stores.memories.save(M5, marks, [])
            stores.risk.set_marks(some_marks())

        await self.database.write(record)
        return self

    def _services(self) -> Services:
        on_record: dict[str, Any] = {"transactions": self.database}
        at_market: dict[str, Any] = {"exchange": self.exchange}
        told: dict[str, Any] = on_record | {"now": self.clock, "new_id": self.new_id}
        trading: dict[str, Any] = {"broker": self.broker, "right": self.right}
        ordering: dict[str, Any] = told | at_market | trading | {"timeframe": M5}
        return Services(
            list_symbols=ListSymbolsHandler(**on_record),
            list_tickers=ListTickersHandler(**at_market),
            get_ticker=GetTickerHandler(**at_market),
            list_candles=ListCandlesHandler(**on_record),
            get_order_book=GetOrderBookHandler(**at_market),
            list_listings=ListListingsHandler(**on_record),
            place_order=PlaceOrderHandler(**ordering),
            find_placed=FindPlacedHandler(**on_record),
            submit_order=SubmitOrderHandler(**on_record, **trading, new_id=self.new_id),
            cancel_order=CancelOrderHandler(**ordering),
            get_order=GetOrderHandler(**on_record),
            list_orders=ListOrdersHandler(**on_record),
            list_trades=ListTradesHandler(**on_record),
            get_portfolio=GetPortfolioHandler(**on_record, **at_market, timeframe=M5),
            list_equity=ListEquityHandler(**on_record),
            get_risk=GetRiskHandler(**on_record),
            change_risk_limits=ChangeRiskLimitsHandler(**on_record),
            halt_trading=HaltTradingHandler(**told, broker=self.broker),
            resume_trading=ResumeTradingHandler(**told),
            list_strategies=ListStrategiesHandler(**on_record),
            change_strategy=ChangeStrategyHandler(**on_record),
            list_notifications=ListNotificationsHandler(**on_record),
            request_test=RequestTestHandler(**told),
            list_conflicts=ListConflictsHandler(**on_record),
            sync=lambda: self.sync,
            run_sync=self.run_sync,
            tokens=self.identity,
            now=self.clock,
            source=Source.SIMULATED,
            mode=TradingMode.PAPER,
            release=Release(version="1.2.3", commit="abcdef", sqlite_version="3.51.3", warnings=["a warning"]),
            started_at=START,
            configuration={"PORT": 8080, "CLERK_SECRET_KEY": "***"},
            health=lambda: self.checks,
            jobs=lambda: [JobReport(name="feed", phase="running", last_success=START)],
        )


@define(eq=False)
class Exchanged:
    """One request at ASGI level: what is sent when, and what comes back."""

    sent: asyncio.Queue[Message] = field(factory=asyncio.Queue)
    incoming: asyncio.Queue[Message] = field(factory=asyncio.Queue)

    async def status(self) -> int:
        """The status of the answer, once it begins."""
        return (await self.sent.get())["status"]

    async def chunk(self) -> bytes:
        """The next part of the answer's body; empty at its end."""
        return (await self.sent.get()).get("body", b"")

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})


@asynccontextmanager
async def asked(
    app: ASGIApp, path: str, headers: Iterable[tuple[str, str]] = (), *, host: str | None = "localhost", **scope: Any
) -> AsyncIterator[Exchanged]:
    """A request that is under way; at the end it must have ended by itself."""
    exchanged = Exchanged()
    given = [*headers, *([] if host is None else [("host", host)])]
    encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in given]
    request = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": encoded} | scope
    task = asyncio.create_task(app(request, exchanged.incoming.get, exchanged.sent.put))
    try:
        yield exchanged
    finally:
        async with asyncio.timeout(5):
            await task


async def whole(
    app: ASGIApp, path: str, headers: Iterable[tuple[str, str]] = (), body: Sequence[bytes] = (b"",), **scope: Any
) -> tuple[int, dict[str, str], Any]:
    """The status, headers and decoded document of the answer to a request with that body, sent in parts."""
    async with asked(app, path, headers, **scope) as exchanged:
        for number, part in enumerate(body):
            more = number + 1 < len(body)
            exchanged.incoming.put_nowait({"type": "http.request", "body": part, "more_body": more})
        start, content = await exchanged.sent.get(), await exchanged.chunk()
    described = {name.decode(): value.decode() for name, value in start["headers"]}
    document = msgspec.json.decode(content) if content and "json" in described["content-type"] else content
    return start["status"], described, document
