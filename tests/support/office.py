"""A trading office: use cases on memory adapters, with a market that is a few candles old."""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from attrs import define, field

from adapters.memory.broker import MemoryBroker
from adapters.memory.database import MemoryDatabase
from adapters.memory.exchange import MemoryExchange
from adapters.memory.messenger import MemoryMessenger
from application.ops.prepare_installation import PrepareInstallationHandler
from application.ports.clock import NewId
from application.ports.lease import LocalRight, TradingRight
from application.ports.strategy import Mark
from application.ports.trading import OrderFilter
from application.ports.transactions import Stores
from application.strategy.trade_candles import Stretch, TradeCandlesHandler
from application.trading.cancel_order import CancelOrderHandler
from application.trading.place_order import PlaceOrder, PlaceOrderHandler
from application.trading.reconcile_orders import ReconcileOrdersHandler
from application.trading.submit_order import SubmitOrderHandler
from domain.identity.permission import Role
from domain.identity.user import Caller
from domain.market.candle import Candle
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.events import Event
from domain.shared.ids import OrderId, UserId
from domain.shared.money import Price
from domain.strategy.catalogue import StrategyConfig
from domain.trading.order import Order, OrderType, Side
from domain.trading.portfolio import Portfolio
from support.build import BTC, ETH, START, a_symbol, an_account, new_ids, some_marks

H = TypeVar("H")

NOON = START + timedelta(days=30)
"""The wall's clock, which is far from the market's."""


def a_caller(name: str = "user_1") -> Caller:
    return Caller(user_id=UserId(name), role=Role.TRADER, expires_at=NOON + timedelta(hours=1))


def an_intent(**changes: Any) -> PlaceOrder:
    """Buy 1 BTC/USDT at the market. Amounts may be given as text."""
    amounts = {
        name: Decimal(value) for name, value in changes.items() if name in ("quantity", "limit_price", "stop_price")
    }
    defaults = {"symbol": BTC, "side": Side.BUY, "type": OrderType.MARKET, "quantity": Decimal(1)}
    return PlaceOrder(**(defaults | changes | amounts))


@define(kw_only=True, eq=False)
class Office:
    """BTC/USDT closed at 100 and ETH/USDT at 10 when the market's clock stood at START."""

    exchange: MemoryExchange = field(factory=MemoryExchange)
    database: MemoryDatabase = field(factory=lambda: MemoryDatabase(an_account()))
    broker: MemoryBroker = field(factory=MemoryBroker)
    messenger: MemoryMessenger = field(factory=MemoryMessenger)
    new_id: NewId = field(factory=new_ids)
    right: TradingRight = field(factory=LocalRight)
    timeframe: Timeframe = Timeframe.M5

    async def open(self, *strategies: StrategyConfig, marked: Sequence[SymbolName] = (BTC, ETH)) -> "Office":
        """Only these strategies are on, and trading has seen a candle of each symbol in `marked`."""
        prices = {BTC: Price(Decimal(100)), ETH: Price(Decimal(10))}

        def record(stores: Stores) -> None:
            stores.symbols.save([a_symbol(BTC), a_symbol(ETH)])
            for strategy in strategies:
                stores.strategies.save(strategy)
            marks = {symbol: Mark(START - self.timeframe.duration, START, prices[symbol]) for symbol in marked}
            stores.memories.save(self.timeframe, marks, [])
            if marked:
                stores.risk.set_marks(some_marks())

        await self.database.write(record)
        await PrepareInstallationHandler(transactions=self.database, account=an_account())()
        await self.database.write(partial(_switch_off_all_but, {strategy.name for strategy in strategies}))
        return self

    def a(self, handler: type[H], **parts: Any) -> H:
        """A handler of that type with this office's parts."""
        own = {
            "transactions": self.database,
            "exchange": self.exchange,
            "broker": self.broker,
            "right": self.right,
            "messenger": self.messenger,
            "source": self.exchange.source,
            "timeframe": self.timeframe,
            "account": an_account(),
            "now": self.now,
            "new_id": self.new_id,
        } | parts
        names = {attribute.name for attribute in handler.__attrs_attrs__}  # type: ignore[attr-defined]
        return handler(**{name: part for name, part in own.items() if name in names})

    def now(self) -> datetime:
        return NOON

    async def place(self, command: PlaceOrder | None = None, *, key: str = "key", by: str = "user_1") -> Order:
        """Journal an order, without handing it over."""
        return await self.a(PlaceOrderHandler)(a_caller(by), command or an_intent(), key)

    async def submit(self, order: Order) -> Order:
        return await self.a(SubmitOrderHandler)(order)

    async def cancel(self, order: Order) -> Order:
        return await self.a(CancelOrderHandler)(a_caller(), order.id)

    async def reconcile(self) -> Sequence[Order]:
        return await self.a(ReconcileOrdersHandler)()

    async def trade(self, *candles: Candle) -> Stretch:
        """One stretch."""
        return await self.a(TradeCandlesHandler)(candles)

    async def trade_all(self, *candles: Candle) -> None:
        """As many stretches as it takes; every intent reaches the broker."""
        while candles:
            stretch = await self.trade(*candles)
            candles = candles[stretch.traded :]
            for intent in stretch.intents:
                await self.submit(intent)

    async def order(self, order_id: OrderId) -> Order:
        return await self.database.read(lambda stores: stores.orders.get(order_id))

    async def orders(self) -> Sequence[Order]:
        """Oldest first."""
        page = await self.database.read(lambda stores: stores.orders.page(OrderFilter(), before=None, limit=1000))
        return page[::-1]

    async def portfolio(self) -> Portfolio:
        return await self.database.read(lambda stores: stores.fills.portfolio())

    async def waiting(self) -> Sequence[Event]:
        """The events that nobody was told of yet."""
        return await self.database.read(lambda stores: stores.outbox.waiting(1000))


def _switch_off_all_but(names: Container[str], stores: Stores) -> None:
    for config in stores.strategies.all():
        if config.name not in names:
            stores.strategies.save(StrategyConfig(name=config.name, enabled=False))
