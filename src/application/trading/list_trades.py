"""List fills, newest first."""

from attrs import frozen

from application.ports.transactions import Transactions
from domain.market.symbol import SymbolName
from domain.shared.ids import FillId
from domain.shared.page import Page, page_of
from domain.trading.fill import Fill


@frozen(kw_only=True)
class ListTrades:
    symbol: SymbolName | None = None
    before: FillId | None = None
    limit: int = 100


@frozen(kw_only=True)
class ListTradesHandler:
    transactions: Transactions

    async def __call__(self, query: ListTrades) -> Page[Fill]:
        found = await self.transactions.read(
            lambda stores: stores.fills.page(symbol=query.symbol, before=query.before, limit=query.limit + 1)
        )
        return page_of(found, query.limit, lambda fill: fill.id)
