"""Place an order: round it, decide on it, and journal it, once for each idempotency key."""

from datetime import datetime
from functools import partial

from attrs import frozen

from application.ports.broker import Broker
from application.ports.clock import Clock, NewId
from application.ports.exchange import Exchange
from application.ports.lease import TradingRight
from application.ports.strategy import last_close
from application.ports.transactions import Stores, Transactions
from domain.errors import Conflict, NotFound
from domain.identity.user import Caller
from domain.market.clock import market_time
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared import time
from domain.shared.ids import OrderId
from domain.shared.money import Price, Quantity, text
from domain.trading.decision import RiskDecision
from domain.trading.order import Order, OrderType, Side
from domain.trading.placing import decided, rounded
from domain.trading.risk import MarketView
from domain.trading.settlement import order_ended


@frozen(kw_only=True)
class PlaceOrder:
    """What to trade. `limit_price` belongs to limit orders, `stop_price` to stop orders."""

    symbol: SymbolName
    side: Side
    type: OrderType
    quantity: Quantity
    limit_price: Price | None = None
    stop_price: Price | None = None
    expires_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same order, however its amounts are written."""
        amounts = (self.quantity, self.limit_price, self.stop_price)
        written = [text(amount) if amount is not None else "" for amount in amounts]
        expiry = time.text(self.expires_at) if self.expires_at else ""
        return "|".join((self.symbol, self.side, self.type, *written, expiry))


@frozen(kw_only=True)
class PlaceOrderHandler:
    """Journals the intent with its risk decision; an approved one is new until it was submitted.

    Raises:
        NotFound: the symbol is not on record.
        Invalid: the order breaks a rule of its type or its market.
        Conflict: the key was used for a different order, or (`NotTheTrader`) another node trades.
    """

    transactions: Transactions
    exchange: Exchange
    broker: Broker
    right: TradingRight
    timeframe: Timeframe
    now: Clock
    new_id: NewId
    hand_over: bool = True
    """False where the order journal itself is the broker's book, as on paper: being in it is being accepted."""

    async def __call__(self, caller: Caller, command: PlaceOrder, idempotency_key: str) -> Order:
        return await self.transactions.write(partial(self._place, caller, command, idempotency_key))

    def _place(self, caller: Caller, command: PlaceOrder, key: str, stores: Stores) -> Order:
        fingerprint = command.fingerprint
        known = stores.idempotency_keys.find(caller.user_id, key)
        if known is not None:
            order_id, first = known
            if first != fingerprint:
                raise Conflict("this Idempotency-Key was used for a different order", code="idempotency_key_reused")
            return stores.orders.get(order_id)
        self.right.check()
        order = self._decide(caller, command, stores)
        stores.orders.add(order)
        stores.idempotency_keys.add(caller.user_id, key, order.id, fingerprint)
        if not order.decision.approved:
            stores.outbox.add([order_ended(order, self.new_id)])
        return order

    def _decide(self, caller: Caller, command: PlaceOrder, stores: Stores) -> Order:
        symbol = next((symbol for symbol in stores.symbols.all() if symbol.name == command.symbol), None)
        if symbol is None:
            raise NotFound(f"there is no symbol {command.symbol}", code="symbol_not_found", field="symbol")
        marks = stores.memories.traded(self.timeframe)
        now = market_time(self.exchange.source, last_close(marks), self.now())
        market = MarketView(
            now=now,
            prices={name: mark.close for name, mark in marks.items()},
            marks=stores.risk.marks(),
            open_orders=stores.orders.in_flight(),
        )
        intent = Order(
            id=OrderId(self.new_id()),
            symbol=command.symbol,
            side=command.side,
            type=command.type,
            quantity=command.quantity,
            limit_price=command.limit_price,
            stop_price=command.stop_price,
            mode=self.broker.mode,
            decision=RiskDecision(decided_at=now),
            placed_by=caller.user_id,
            created_at=now,
            updated_at=now,
            expires_at=command.expires_at,
        )
        intent = rounded(intent, symbol, market)
        order = decided(intent, stores.fills.portfolio(), market, stores.risk.limits(), stores.risk.halt())
        return order if self.hand_over or not order.decision.approved else order.accept(now)
