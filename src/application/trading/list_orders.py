"""List orders, newest first."""

from attrs import frozen

from application.ports.trading import OrderFilter
from application.ports.transactions import Transactions
from domain.shared.ids import OrderId
from domain.shared.page import Page, page_of
from domain.trading.order import Order


@frozen(kw_only=True)
class ListOrders:
    wanted: OrderFilter = OrderFilter()
    before: OrderId | None = None
    limit: int = 100


@frozen(kw_only=True)
class ListOrdersHandler:
    transactions: Transactions

    async def __call__(self, query: ListOrders) -> Page[Order]:
        found = await self.transactions.read(
            lambda stores: stores.orders.page(query.wanted, before=query.before, limit=query.limit + 1)
        )
        return page_of(found, query.limit, lambda order: order.id)
