"""Change the risk limits."""

from attrs import frozen

from application.ports.transactions import Transactions
from domain.identity.user import Caller
from domain.trading.risk import RiskLimits


@frozen(kw_only=True)
class ChangeRiskLimitsHandler:
    """The new limits hold for every decision from the moment this returns."""

    transactions: Transactions

    async def __call__(self, caller: Caller, limits: RiskLimits) -> RiskLimits:
        await self.transactions.write(lambda stores: stores.risk.set_limits(limits))
        return limits
