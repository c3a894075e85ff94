"""Units of work: plain functions of the stores that happen entirely or not at all.

A unit is not a coroutine, so no call to the outside can slip into a transaction; an adapter may run it
on another thread, run it again, or commit several together. It must touch nothing but its arguments.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from application.ports.conflicts import Conflicts
from application.ports.market import Candles, Gaps, Listings, Symbols
from application.ports.notifications import Notifications, Outbox
from application.ports.strategy import Strategies, StrategyMemories
from application.ports.trading import Accounts, EquityHistory, Fills, IdempotencyKeys, Orders, RiskSettings

T = TypeVar("T")


class Stores(Protocol):
    """Everything on record, as seen by one transaction."""

    @property
    def symbols(self) -> Symbols: ...
    @property
    def candles(self) -> Candles: ...
    @property
    def gaps(self) -> Gaps: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def fills(self) -> Fills: ...
    @property
    def idempotency_keys(self) -> IdempotencyKeys: ...
    @property
    def risk(self) -> RiskSettings: ...
    @property
    def equity(self) -> EquityHistory: ...
    @property
    def strategies(self) -> Strategies: ...
    @property
    def memories(self) -> StrategyMemories: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def conflicts(self) -> Conflicts: ...


class Transactions(Protocol):
    """Runs units of work.

    Both raise whatever the unit raises, after undoing it, and `Unavailable` when the store itself fails.
    """

    async def read(self, unit: Callable[[Stores], T]) -> T:
        """Run `unit` on a consistent snapshot; what it writes is refused."""
        ...

    async def write(self, unit: Callable[[Stores], T], *, durable: bool = True) -> T:
        """Run `unit` alone and commit what it wrote.

        Once this returns, the change survives the death of the process, and if `durable` that of the
        machine too. Units take effect one after the other, as if each ran alone.
        """
        ...
