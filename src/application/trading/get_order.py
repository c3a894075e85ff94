"""Show one order with its fills."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from application.ports.transactions import Stores, Transactions
from domain.shared.ids import OrderId
from domain.trading.fill import Fill
from domain.trading.order import Order


@frozen(kw_only=True)
class OrderDetails:
    order: Order
    fills: Sequence[Fill]


@frozen(kw_only=True)
class GetOrderHandler:
    """Raises NotFound."""

    transactions: Transactions

    async def __call__(self, order_id: OrderId) -> OrderDetails:
        return await self.transactions.read(partial(self._find, order_id))

    def _find(self, order_id: OrderId, stores: Stores) -> OrderDetails:
        return OrderDetails(order=stores.orders.get(order_id), fills=stores.fills.of(order_id))
