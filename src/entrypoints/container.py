"""The container: every part of the service and what it is built from; the only place that knows adapters."""

import secrets
import socket
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import AttrsInstance
from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Factory, Object, Singleton

from adapters.exchange.paper import PaperBroker
from adapters.exchange.replay import ReplayExchange
from adapters.exchange.simulated import SimulatedExchange
from adapters.messaging.console import ConsoleMessenger
from adapters.sql.migrations import HEAD
from adapters.sqlite import version as sqlite
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.schema import SqliteSchema
from adapters.sqlite.sync import notes_writes
from adapters.system import probes
from adapters.system.clock import sleepless, wall_clock
from adapters.system.company import Company
from adapters.system.ids import UuidV7
from adapters.system.key_file import kept_key
from adapters.system.local_identity import LocalIdentity, UnconfiguredIdentity
from application.market.backfill_gaps import BackfillGapsHandler
from application.market.get_order_book import GetOrderBookHandler
from application.market.get_ticker import GetTickerHandler
from application.market.list_candles import ListCandlesHandler
from application.market.list_listings import ListListingsHandler
from application.market.list_symbols import ListSymbolsHandler
from application.market.list_tickers import ListTickersHandler
from application.market.record_candles import RecordCandlesHandler
from application.market.watch_symbols import WatchSymbolsHandler
from application.notifications.deliver_events import DeliverEventsHandler
from application.notifications.list_notifications import ListNotificationsHandler
from application.notifications.request_test import RequestTestHandler
from application.ops.check_storage import CheckStorageHandler
from application.ops.prepare_installation import PrepareInstallationHandler
from application.ports.clock import NewId
from application.ports.exchange import Exchange
from application.ports.health import SyncReport
from application.ports.identity import TokenVerifier
from application.ports.lease import LeasedRight, LocalRight
from application.ports.transactions import Transactions
from application.strategy.change_strategy import ChangeStrategyHandler
from application.strategy.list_strategies import ListStrategiesHandler
from application.strategy.trade_candles import TradeCandlesHandler
from application.strategy.upcoming_candles import UpcomingCandlesHandler
from application.sync.begin_trading import BeginTradingHandler
from application.sync.compact_log import CompactLogHandler
from application.sync.examine_copy import ExamineCopyHandler
from application.sync.list_conflicts import ListConflictsHandler
from application.sync.mirror_record import MirrorRecordHandler
from application.sync.rejoin_log import RejoinLogHandler
from application.sync.release_lease import ReleaseLeaseHandler
from application.sync.renew_lease import RenewLeaseHandler
from application.sync.synchronize import SynchronizeHandler
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
from application.trading.reconcile_orders import ReconcileOrdersHandler
from application.trading.resume_trading import ResumeTradingHandler
from application.trading.submit_order import SubmitOrderHandler
from domain.market.timeframe import Timeframe
from domain.shared.money import Money
from domain.sync.clock import Boot
from domain.sync.lease import RENEW, Tenure
from domain.trading.fill_model import FillModel
from domain.trading.portfolio import Account
from entrypoints.http.app import create_app
from entrypoints.http.services import Readiness, Release, Services
from entrypoints.http.streams import Changes
from entrypoints.jobs import checks
from entrypoints.jobs.board import HealthBoard
from entrypoints.jobs.job import Job
from entrypoints.jobs.lease import LeaseKeeper
from entrypoints.jobs.pipeline import Pipeline, UseCases, pipeline
from entrypoints.jobs.supervisor import Supervisor
from entrypoints.jobs.sync import NoSync, SyncLoop
from entrypoints.jobs.watchdog import Watchdog
from entrypoints.settings import Settings, shown

if TYPE_CHECKING:
    from adapters.turso.replica import TursoReplica


class Schema(Protocol):
    """The schema of a database; each method raises Unavailable for one that cannot be used."""

    def status(self) -> AttrsInstance: ...
    def check(self) -> None: ...
    def upgrade(self) -> Path | None:
        """Bring it up to this release; where the backup lies that was made before, if one was."""
        ...


class Database(Transactions, Protocol):
    """Transactions that have a beginning and an end."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...


STUCK = 120.0
"""Seconds after which an essential loop that is still at the same step ends the process."""


DRAIN = 4.0
"""Seconds that the loops are given to finish their step; requests have as many after them, of ten in all."""


ASKED = 10.0
"""Seconds that a synchronization may take which somebody waits for."""


def schema(settings: Settings) -> Schema:
    """The schema of the configured database."""
    if isinstance(settings.database, Path):
        return SqliteSchema(settings.database, now=wall_clock)
    from adapters.postgres.schema import PostgresSchema

    return PostgresSchema(settings.database.full)


def _database(settings: Settings, account: Account) -> Database:
    if isinstance(settings.database, Path):
        return SqliteDatabase(settings.database, account)
    # Its driver is loaded only where it is needed.
    from adapters.postgres.database import PostgresDatabase

    return PostgresDatabase(settings.database.full, account)


def _remote(settings: Settings) -> "TursoReplica | None":
    """The database that bots share, if there is one and it is to be used."""
    if not (settings.turso_enabled and settings.turso_sync_enabled and settings.turso_url):
        return None
    # What few need is loaded only for them.
    from adapters.turso.replica import TursoReplica

    return TursoReplica(url=settings.turso_url, token=settings.turso_auth_token, production=settings.production)


def _right(settings: Settings, remote: "TursoReplica | None") -> LocalRight | LeasedRight:
    if remote is None:
        return LocalRight()
    place = kept_key(settings.key_file.with_suffix(".node")).hex()[:8]
    node = f"{socket.gethostname()}-{place}"
    return LeasedRight(Tenure(node=node, company=_company(settings).known()), sleepless)


def _company(settings: Settings) -> Company:
    return Company(settings.key_file.with_suffix(".company"))


def _sync(
    settings: Settings, database: Database, remote: "TursoReplica | None", account: Account, new_id: NewId
) -> SyncLoop | NoSync:
    if not isinstance(database, SqliteDatabase) or not settings.turso_enabled:
        return NoSync(SyncReport(state="off"))
    if remote is None:
        return NoSync(SyncReport(state="paused", detail="TURSO_SYNC_ENABLED is false; writes are kept for later"))
    from adapters.sql.mirrors import MIRRORS
    from adapters.sql.shared import DEFAULTS, POLICIES
    from adapters.sqlite.sync.copy import SqliteCopy
    from adapters.turso.upkeep import TursoUpkeep

    copy, upkeep = SqliteCopy(database), TursoUpkeep(replica=remote, mirrors=MIRRORS)
    return SyncLoop(
        synchronize=SynchronizeHandler(
            copy=copy,
            replica=remote,
            policies=POLICIES,
            defaults=DEFAULTS,
            account=str(account),
            schema=int(HEAD),
            now=wall_clock,
            new_id=new_id,
        ),
        examine=ExamineCopyHandler(copy=copy),
        rejoin=RejoinLogHandler(copy=copy),
        mirror=MirrorRecordHandler(copy=copy, upkeep=upkeep),
        compact=CompactLogHandler(copy=copy, replica=remote, upkeep=upkeep),
        release=remote.close,
        interval=float(settings.turso_sync_interval_seconds),
        now=wall_clock,
    )


async def begin_copy(container: "Container") -> None:
    """Note from now on what others have to be told, where there are others; the database is open."""
    database = container.database()
    if not isinstance(database, SqliteDatabase):
        return
    shared = container.settings().turso_enabled
    if shared or await notes_writes(database):
        from adapters.sqlite.sync.copy import SqliteCopy

        copy = SqliteCopy(database)
        await (copy.begin(Boot(secrets.token_hex(8))) if shared else copy.rest())


def _jobs(
    settings: Settings,
    loops: Pipeline,
    sync: SyncLoop | NoSync,
    remote: "TursoReplica | None",
    right: LocalRight | LeasedRight,
    database: Database,
    timeframe: Timeframe,
    new_id: NewId,
) -> Sequence[Job]:
    if remote is None or not isinstance(sync, SyncLoop) or not isinstance(right, LeasedRight):
        return loops.jobs
    from adapters.turso.leases import TursoLeases

    leases = TursoLeases(remote)
    keeper = LeaseKeeper(
        right=right,
        renew=RenewLeaseHandler(
            leases=leases,
            right=right,
            transactions=database,
            now=wall_clock,
            new_id=new_id,
            remember=_company(settings).remember,
        ),
        begin=BeginTradingHandler(right=right, transactions=database, timeframe=timeframe),
        release=ReleaseLeaseHandler(leases=leases, right=right),
        exchange=sync.exchange,
    )
    return (*loops.jobs, sync.job, Job(name="lease", open=keeper.open, idle=RENEW))


def local_identity(settings: Settings) -> LocalIdentity:
    """Development tokens, signed with a key that lies beside the database."""
    return LocalIdentity(settings.key_file, now=wall_clock)


def _identity(settings: Settings) -> TokenVerifier:
    return UnconfiguredIdentity() if settings.production else local_identity(settings)


def _exchange(settings: Settings) -> Exchange:
    if settings.exchange == "replay":
        return ReplayExchange(settings.replay_files, speed=settings.replay_speed)
    return SimulatedExchange(seed=settings.simulated_seed, speed=settings.simulated_speed)


def _timeframe(settings: Settings, exchange: Exchange) -> Timeframe:
    """A replay has the timeframe of its files."""
    return exchange.timeframe if isinstance(exchange, ReplayExchange) else settings.timeframe or Timeframe.M1


def _market(settings: Settings) -> str:
    if settings.exchange == "replay":
        return f"a replay of {', '.join(sorted(file.name for file in settings.replay_files))}"
    return f"the simulated market {settings.simulated_seed}"


def _account(settings: Settings) -> Account:
    return Account(
        mode=settings.trading_mode,
        currency=settings.paper_currency,
        starting_balance=Money(settings.paper_balance),
        market=_market(settings),
    )


def _fill_model(settings: Settings) -> FillModel:
    return FillModel(slippage_bps=settings.paper_slippage_bps, fee_bps=settings.paper_fee_bps)


def release(settings: Settings) -> Release:
    """What is running."""
    return Release(
        version=version("crypto-bot"),
        commit=settings.commit,
        sqlite_version=sqlite.VERSION,
        warnings=sqlite.warnings() if isinstance(settings.database, Path) else (),
    )


def _health(
    supervisor: Supervisor,
    loops: Pipeline,
    check_storage: CheckStorageHandler,
    exchange: Exchange,
    timeframe: Timeframe,
    sync: SyncLoop | NoSync,
    settings: Settings,
) -> HealthBoard:
    glances = [
        checks.jobs(supervisor),
        checks.market_data(lambda: loops.market.market_time, exchange.source, timeframe, wall_clock),
    ]
    if isinstance(sync, SyncLoop):
        glances.append(checks.turso_sync(lambda: sync.report, sync.interval, wall_clock))
    return HealthBoard(
        [
            checks.database(check_storage),
            checks.disk(probes.disk(settings.folder)),
            checks.memory(probes.memory()),
        ],
        glances,
        now=wall_clock,
    )


class Container(DeclarativeContainer):
    """A parts list, in the order in which the parts need each other."""

    settings = Dependency(instance_of=Settings)
    now = Object(wall_clock)
    new_id = Singleton(UuidV7)

    account = Singleton(_account, settings)
    database = Singleton(_database, settings, account)
    exchange = Singleton(_exchange, settings)
    timeframe = Singleton(_timeframe, settings, exchange)
    fill_model = Singleton(_fill_model, settings)
    broker = Singleton(PaperBroker, fill_model=fill_model)
    hand_over = Object(False)  # the paper broker's book is the order journal
    remote = Singleton(_remote, settings)
    right = Singleton(_right, settings, remote)
    messenger = Singleton(ConsoleMessenger)
    tokens = Singleton(_identity, settings)

    prepare_installation = Factory(PrepareInstallationHandler, transactions=database, account=account)
    check_storage = Factory(CheckStorageHandler, transactions=database, now=now, new_id=new_id)
    watch_symbols = Factory(WatchSymbolsHandler, transactions=database, exchange=exchange, now=now, new_id=new_id)
    record_candles = Factory(RecordCandlesHandler, transactions=database, new_id=new_id)
    backfill_gaps = Factory(BackfillGapsHandler, transactions=database, exchange=exchange)
    upcoming_candles = Factory(UpcomingCandlesHandler, transactions=database, timeframe=timeframe)
    trade_candles = Factory(
        TradeCandlesHandler,
        transactions=database,
        exchange=exchange,
        broker=broker,
        right=right,
        new_id=new_id,
        timeframe=timeframe,
        hand_over=hand_over,
    )
    submit_order = Factory(SubmitOrderHandler, transactions=database, broker=broker, right=right, new_id=new_id)
    reconcile_orders = Factory(ReconcileOrdersHandler, transactions=database, broker=broker)
    deliver_events = Factory(
        DeliverEventsHandler, transactions=database, messenger=messenger, source=exchange.provided.source, now=now
    )

    sync = Singleton(_sync, settings, database, remote, account, new_id)
    changes = Singleton(Changes)
    pipeline = Singleton(
        pipeline,
        Factory(
            UseCases,
            watch=watch_symbols,
            record=record_candles,
            backfill=backfill_gaps,
            upcoming=upcoming_candles,
            trade=trade_candles,
            submit=submit_order,
            reconcile=reconcile_orders,
            deliver=deliver_events,
        ),
        exchange=exchange,
        transactions=database,
        timeframe=timeframe,
        right=right,
        wanted=settings.provided.symbols,
        changed=changes.provided.happened,
        told=sync.provided.soon,
    )
    supervisor = Singleton(
        Supervisor,
        Singleton(_jobs, settings, pipeline, sync, remote, right, database, timeframe, new_id),
        now=now,
        drain=DRAIN,
    )
    watchdog = Singleton(Watchdog, Singleton(partial, supervisor.provided.stuck, STUCK))
    health = Singleton(_health, supervisor, pipeline, check_storage, exchange, timeframe, sync, settings)

    release = Singleton(release, settings)
    started_at = Singleton(wall_clock)
    readiness = Singleton(Readiness)
    services = Singleton(
        Services,
        list_symbols=Factory(ListSymbolsHandler, transactions=database),
        list_tickers=Factory(ListTickersHandler, exchange=exchange),
        get_ticker=Factory(GetTickerHandler, exchange=exchange),
        list_candles=Factory(ListCandlesHandler, transactions=database),
        get_order_book=Factory(GetOrderBookHandler, exchange=exchange),
        list_listings=Factory(ListListingsHandler, transactions=database),
        place_order=Factory(
            PlaceOrderHandler,
            transactions=database,
            exchange=exchange,
            broker=broker,
            right=right,
            timeframe=timeframe,
            now=now,
            new_id=new_id,
            hand_over=hand_over,
        ),
        find_placed=Factory(FindPlacedHandler, transactions=database),
        submit_order=submit_order,
        cancel_order=Factory(
            CancelOrderHandler,
            transactions=database,
            exchange=exchange,
            broker=broker,
            right=right,
            timeframe=timeframe,
            now=now,
            new_id=new_id,
        ),
        get_order=Factory(GetOrderHandler, transactions=database),
        list_orders=Factory(ListOrdersHandler, transactions=database),
        list_trades=Factory(ListTradesHandler, transactions=database),
        get_portfolio=Factory(GetPortfolioHandler, transactions=database, exchange=exchange, timeframe=timeframe),
        list_equity=Factory(ListEquityHandler, transactions=database),
        get_risk=Factory(GetRiskHandler, transactions=database),
        change_risk_limits=Factory(ChangeRiskLimitsHandler, transactions=database),
        halt_trading=Factory(HaltTradingHandler, transactions=database, broker=broker, now=now, new_id=new_id),
        resume_trading=Factory(ResumeTradingHandler, transactions=database, now=now, new_id=new_id),
        list_strategies=Factory(ListStrategiesHandler, transactions=database),
        change_strategy=Factory(ChangeStrategyHandler, transactions=database),
        list_notifications=Factory(ListNotificationsHandler, transactions=database),
        request_test=Factory(RequestTestHandler, transactions=database, now=now, new_id=new_id),
        list_conflicts=Factory(ListConflictsHandler, transactions=database),
        sync=Singleton(partial, getattr, sync, "report"),
        run_sync=Singleton(partial, sync.provided.run, ASKED),
        wrote=sync.provided.soon,
        tokens=tokens,
        now=now,
        source=exchange.provided.source,
        mode=broker.provided.mode,
        release=release,
        started_at=started_at,
        configuration=Singleton(shown, settings),
        health=health,
        jobs=supervisor.provided.reports,
        readiness=readiness,
        changes=changes,
    )
    app = Singleton(create_app, services, hosts=settings.provided.hosts)
