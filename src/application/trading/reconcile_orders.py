"""Reconcile orders: find out what became of intents whose outcome was never recorded."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from application.ports.broker import Broker
from application.ports.transactions import Stores, Transactions
from domain.trading.order import Order, OrderStatus


@frozen(kw_only=True)
class ReconcileOrdersHandler:
    """Records what the broker already has, and returns the intents it never received.

    Raises:
        Unavailable: the broker does not answer; nothing may be traded before it does.
    """

    transactions: Transactions
    broker: Broker

    async def __call__(self) -> Sequence[Order]:
        intents = await self.transactions.read(self._intents)
        unknown = []
        for intent in intents:
            if await self.broker.knows(intent.id):
                await self.transactions.write(partial(self._accept, intent))
            else:
                unknown.append(intent)
        return unknown

    def _intents(self, stores: Stores) -> Sequence[Order]:
        return [order for order in stores.orders.open() if order.status is OrderStatus.NEW]

    def _accept(self, intent: Order, stores: Stores) -> None:
        present = stores.orders.get(intent.id)
        if present.status is OrderStatus.NEW:
            stores.orders.save(present.accept(present.updated_at))
