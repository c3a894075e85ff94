"""List the portfolio's history."""

from datetime import datetime

from attrs import frozen

from application.ports.transactions import Transactions
from domain.shared.page import Page, page_of
from domain.shared.time import text
from domain.trading.portfolio import EquityPoint


@frozen(kw_only=True)
class ListEquity:
    """Points in `[start, end)`, oldest first; without `start`, the newest `limit`."""

    start: datetime | None = None
    end: datetime | None = None
    limit: int = 100


@frozen(kw_only=True)
class ListEquityHandler:
    transactions: Transactions

    async def __call__(self, query: ListEquity) -> Page[EquityPoint]:
        more = 0 if query.start is None else 1
        found = await self.transactions.read(
            lambda stores: stores.equity.page(start=query.start, end=query.end, limit=query.limit + more)
        )
        return page_of(found, query.limit, lambda point: text(point.time))
