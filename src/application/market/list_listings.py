"""List symbols that appeared while we watched, the latest first."""

from attrs import frozen

from application.ports.transactions import Transactions
from domain.market.listing import Listing
from domain.market.symbol import SymbolName
from domain.shared.page import Page, page_of


@frozen(kw_only=True)
class ListListings:
    before: SymbolName | None = None
    limit: int = 100


@frozen(kw_only=True)
class ListListingsHandler:
    transactions: Transactions

    async def __call__(self, query: ListListings) -> Page[Listing]:
        found = await self.transactions.read(
            lambda stores: stores.listings.newest(query.limit + 1, before=query.before)
        )
        return page_of(found, query.limit, lambda listing: listing.symbol)
