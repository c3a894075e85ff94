"""Show the risk limits and the kill switch."""

from attrs import frozen

from application.ports.transactions import Stores, Transactions
from domain.trading.risk import Halt, RiskLimits


@frozen(kw_only=True)
class RiskStatus:
    """What trading must stay within; without limits on record every order is refused."""

    limits: RiskLimits | None
    halt: Halt | None


@frozen(kw_only=True)
class GetRiskHandler:
    transactions: Transactions

    async def __call__(self) -> RiskStatus:
        return await self.transactions.read(self._find)

    def _find(self, stores: Stores) -> RiskStatus:
        return RiskStatus(limits=stores.risk.limits(), halt=stores.risk.halt())
