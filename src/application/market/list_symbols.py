"""List the markets on record."""

from collections.abc import Sequence

from attrs import frozen

from application.ports.transactions import Transactions
from domain.market.symbol import Symbol


@frozen(kw_only=True)
class ListSymbolsHandler:
    transactions: Transactions

    async def __call__(self) -> Sequence[Symbol]:
        return await self.transactions.read(lambda stores: stores.symbols.all())
