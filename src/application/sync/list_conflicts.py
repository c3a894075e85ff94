"""List the writes that another node's overwrote."""

from attrs import frozen

from application.ports.transactions import Transactions
from domain.shared.page import Page, page_of
from domain.sync.conflict import Conflict


@frozen(kw_only=True)
class ListConflicts:
    before: str | None = None
    limit: int = 100


@frozen(kw_only=True)
class ListConflictsHandler:
    """The latest first."""

    transactions: Transactions

    async def __call__(self, query: ListConflicts) -> Page[Conflict]:
        found = await self.transactions.read(
            lambda stores: stores.conflicts.page(before=query.before, limit=query.limit + 1)
        )
        return page_of(found, query.limit, lambda conflict: conflict.id)
