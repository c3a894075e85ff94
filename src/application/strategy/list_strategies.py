"""List the strategies and what is set about them."""

from collections.abc import Sequence

from attrs import frozen

from application.ports.transactions import Transactions
from domain.strategy.catalogue import StrategyConfig


@frozen(kw_only=True)
class ListStrategiesHandler:
    transactions: Transactions

    async def __call__(self) -> Sequence[StrategyConfig]:
        return await self.transactions.read(lambda stores: stores.strategies.all())
