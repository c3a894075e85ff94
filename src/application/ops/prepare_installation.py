"""Prepare an installation: what a new one starts with, so that risk and strategies are never undefined."""

from attrs import frozen

from application.ports.transactions import Stores, Transactions
from domain.errors import Conflict
from domain.strategy.catalogue import DEFAULT_STRATEGIES
from domain.trading.portfolio import Account
from domain.trading.risk import Halt, RiskLimits


@frozen(kw_only=True)
class PrepareInstallationHandler:
    """Adds what is missing and changes nothing that is there.

    Raises:
        Conflict: the record was begun with another account; its history would not add up with this one.
    """

    transactions: Transactions
    account: Account

    async def __call__(self) -> None:
        await self.transactions.write(self._prepare)

    def _prepare(self, stores: Stores) -> None:
        opened = stores.accounts.opened()
        if opened is None:
            stores.accounts.open(self.account)
        elif opened != self.account:
            raise Conflict(
                f"it was begun with {opened}, and now there is {self.account}; keep the former, or begin a new one",
                code="account_changed",
            )
        if stores.risk.limits() is None:
            stores.risk.set_limits(RiskLimits())
        if stores.risk.halt() is None:
            stores.risk.set_halt(Halt())
        known = {config.name for config in stores.strategies.all()}
        for config in DEFAULT_STRATEGIES:
            if config.name not in known:
                stores.strategies.save(config)
