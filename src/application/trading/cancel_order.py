"""Cancel an order: take it back from the broker and record that it is over."""

from contextlib import suppress
from functools import partial

from attrs import frozen

from application.ports.broker import Broker
from application.ports.clock import Clock, NewId
from application.ports.exchange import Exchange
from application.ports.lease import TradingRight
from application.ports.strategy import last_close
from application.ports.transactions import Stores, Transactions
from domain.errors import NotFound
from domain.identity.user import Caller
from domain.market.clock import market_time
from domain.market.timeframe import Timeframe
from domain.shared.ids import OrderId
from domain.trading.order import IllegalTransition, Order, OrderStatus
from domain.trading.settlement import order_ended


@frozen(kw_only=True)
class CancelOrderHandler:
    """Stops what has not executed yet; what has stays.

    Raises:
        NotFound: there is no such order.
        IllegalTransition: it is over already.
        NotTheTrader: another node trades, and cancels.
    """

    transactions: Transactions
    exchange: Exchange
    broker: Broker
    right: TradingRight
    timeframe: Timeframe
    now: Clock
    new_id: NewId

    async def __call__(self, caller: Caller, order_id: OrderId) -> Order:
        order = await self.transactions.read(lambda stores: stores.orders.get(order_id))
        if order.status.terminal:
            raise IllegalTransition(f"the order is {order.status} already")
        self.right.check()
        # An order that the broker never had cannot execute either.
        with suppress(NotFound):
            await self.broker.cancel(order_id)
        return await self.transactions.write(partial(self._cancel, caller, order_id))

    def _cancel(self, caller: Caller, order_id: OrderId, stores: Stores) -> Order:
        order = stores.orders.get(order_id)
        if order.status is OrderStatus.CANCELLED:
            return order
        closed = last_close(stores.memories.traded(self.timeframe))
        now = market_time(self.exchange.source, closed, self.now())
        cancelled = order.cancel(f"cancelled by {caller.user_id}", max(now, order.updated_at))
        stores.orders.save(cancelled)
        stores.outbox.add([order_ended(cancelled, self.new_id)])
        return cancelled
