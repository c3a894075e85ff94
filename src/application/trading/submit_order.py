"""Submit an order: hand a journaled intent to the broker and record what it said."""

from functools import partial

from attrs import frozen

from application.ports.broker import Broker
from application.ports.clock import NewId
from application.ports.lease import TradingRight
from application.ports.transactions import Stores, Transactions
from domain.errors import Rejected
from domain.trading.order import Order, OrderStatus
from domain.trading.settlement import order_ended


@frozen(kw_only=True)
class SubmitOrderHandler:
    """An order that is not new any more is returned as it is.

    Raises:
        Unavailable: it is not known whether the broker has it; reconciliation will find out.
        NotTheTrader: the broker does not have it from here; the node that trades hands it over.
    """

    transactions: Transactions
    broker: Broker
    right: TradingRight
    new_id: NewId

    async def __call__(self, order: Order) -> Order:
        if order.status is not OrderStatus.NEW:
            return order
        self.right.check()
        try:
            await self.broker.place(order)
        except Rejected as refusal:
            return await self.transactions.write(partial(self._rejected, order, refusal.detail))
        # Losing this record to a power cut is harmless: the intent is durable and will be reconciled.
        present = await self.transactions.write(partial(self._accepted, order), durable=False)
        if present.status is OrderStatus.CANCELLED:
            # It was cancelled on its way, when the broker did not have it yet.
            await self.broker.cancel(order.id)
        return present

    def _accepted(self, order: Order, stores: Stores) -> Order:
        present = stores.orders.get(order.id)
        if present.status is OrderStatus.NEW:
            present = present.accept(present.updated_at)
            stores.orders.save(present)
        return present

    def _rejected(self, order: Order, reason: str, stores: Stores) -> Order:
        present = stores.orders.get(order.id)
        if present.status is OrderStatus.NEW:
            present = present.reject(reason, present.updated_at)
            stores.orders.save(present)
            stores.outbox.add([order_ended(present, self.new_id)])
        return present
