"""The loops of the service on adapters of the test's choice, from the market to the message."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from random import Random

from attrs import define, field, frozen

from adapters.memory.broker import MemoryBroker
from adapters.memory.database import MemoryDatabase
from adapters.memory.exchange import MemoryExchange
from adapters.memory.messenger import MemoryMessenger
from application.market.backfill_gaps import BackfillGapsHandler
from application.market.record_candles import RecordCandlesHandler
from application.market.watch_symbols import WatchSymbolsHandler
from application.notifications.deliver_events import DeliverEventsHandler
from application.ops.prepare_installation import PrepareInstallationHandler
from application.ports.clock import NewId
from application.ports.exchange import Exchange
from application.ports.lease import LocalRight, TradingRight
from application.ports.transactions import Transactions
from application.strategy.trade_candles import TradeCandlesHandler
from application.strategy.upcoming_candles import UpcomingCandlesHandler
from application.trading.reconcile_orders import ReconcileOrdersHandler
from application.trading.submit_order import SubmitOrderHandler
from domain.market.candle import Candle
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.strategy.catalogue import StrategyConfig
from entrypoints.jobs.pipeline import Pipeline, UseCases, pipeline
from entrypoints.jobs.supervisor import Supervisor
from support.build import BTC, ETH, START, a_candle, an_account, new_ids
from support.virtual_time import elapsed

QUICK_STRATEGIES = (
    StrategyConfig(name="ema_crossover", enabled=True, parameters={"fast": 2, "slow": 4, "atr_period": 3}),
    StrategyConfig(name="rsi_reversion", enabled=True, parameters={"period": 3}),
)
"""They trade every few candles."""


def wild_candles(count: int, *, symbols: Sequence[SymbolName] = (BTC, ETH), seed: int = 1) -> list[Candle]:
    """`count` candles of each symbol, in the order of a stream, that move enough for strategies to act."""
    random = Random(seed)
    prices = {symbol: random.randrange(5_000, 20_000) for symbol in symbols}
    made = []
    for number in range(count):
        for symbol in symbols:
            opened = prices[symbol]
            closed = prices[symbol] = max(1_000, opened + random.randrange(-300, 301))
            low, high = min(opened, closed) - random.randrange(50), max(opened, closed) + random.randrange(50)
            volume = random.choice(["0", "5", "40", "1000"])
            prices_ = {"open": opened, "high": high, "low": low, "close": closed}
            cents = {name: Decimal(price).scaleb(-2) for name, price in prices_.items()}
            opens = START + number * Timeframe.M5.duration
            made.append(a_candle(symbol=symbol, open_time=opens, volume=volume, **cents))
    return made


def batches(candles: Sequence[Candle], size: int = 20) -> list[Sequence[Candle]]:
    return [candles[first : first + size] for first in range(0, len(candles), size)]


@define(kw_only=True)
class Service:
    """What outlives a process: the database, the exchange, the broker, the people told, and the ids in use."""

    exchange: Exchange = field(factory=MemoryExchange)
    database: Transactions = field(factory=lambda: MemoryDatabase(an_account()))
    broker: MemoryBroker = field(factory=MemoryBroker)
    messenger: MemoryMessenger = field(factory=MemoryMessenger)
    wanted: frozenset[SymbolName] = frozenset()
    hand_over: bool = True
    changed: Callable[[], object] = lambda: None
    new_id: NewId = field(factory=new_ids)
    right: TradingRight = field(factory=LocalRight)

    async def prepare(self, *strategies: StrategyConfig) -> "Service":
        """A new installation with these strategies, on this database."""
        for strategy in strategies or QUICK_STRATEGIES:
            await self.database.write(lambda stores, strategy=strategy: stores.strategies.save(strategy))
        await PrepareInstallationHandler(transactions=self.database, account=an_account())()
        return self

    @asynccontextmanager
    async def running(self, transactions: Transactions | None = None) -> AsyncIterator["Process"]:
        """A process of the service, in virtual time; it is killed at the end unless it has stopped."""
        process = Process.of(self, transactions or self.database)
        task = asyncio.create_task(process.supervisor.run())
        yield process
        task.cancel()
        await asyncio.wait([task])

    async def run(self, seconds: float = 60, transactions: Transactions | None = None) -> None:
        """Run for so many virtual seconds, in which everything there is to do gets done."""
        async with self.running(transactions):
            await asyncio.sleep(seconds)


@frozen(kw_only=True)
class Process:
    """The loops of one process."""

    pipeline: Pipeline
    supervisor: Supervisor

    @classmethod
    def of(cls, service: Service, transactions: Transactions) -> "Process":
        built = pipeline(
            use_cases(service, transactions),
            exchange=service.exchange,
            transactions=transactions,
            timeframe=Timeframe.M5,
            right=service.right,
            wanted=service.wanted,
            elapsed=elapsed,
            changed=service.changed,
        )
        supervisor = Supervisor(built.jobs, now=lambda: START, elapsed=elapsed, between=max)
        return cls(pipeline=built, supervisor=supervisor)


def use_cases(service: Service, transactions: Transactions) -> UseCases:
    exchange, broker, timeframe, new_id = service.exchange, service.broker, Timeframe.M5, service.new_id
    return UseCases(
        watch=WatchSymbolsHandler(transactions=transactions, exchange=exchange, now=lambda: START, new_id=new_id),
        record=RecordCandlesHandler(transactions=transactions, new_id=new_id),
        backfill=BackfillGapsHandler(transactions=transactions, exchange=exchange),
        upcoming=UpcomingCandlesHandler(transactions=transactions, timeframe=timeframe),
        trade=TradeCandlesHandler(
            transactions=transactions,
            exchange=exchange,
            broker=broker,
            right=service.right,
            new_id=new_id,
            timeframe=timeframe,
            hand_over=service.hand_over,
        ),
        submit=SubmitOrderHandler(transactions=transactions, broker=broker, right=service.right, new_id=new_id),
        reconcile=ReconcileOrdersHandler(transactions=transactions, broker=broker),
        deliver=DeliverEventsHandler(
            transactions=transactions, messenger=service.messenger, source=exchange.source, now=lambda: START
        ),
    )
