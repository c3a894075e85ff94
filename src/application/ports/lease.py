"""Who may place orders: the lease that nodes share, and the right that follows from it."""

import time
from collections.abc import Callable
from typing import Protocol

from attrs import define, field, frozen

from domain.sync.lease import Claim, Lease, Tenure


class Leases(Protocol):
    """The one lease of the trader, kept at the remote by the remote's clock.

    Every call is one step that happens entirely or not at all, and may be repeated: an error can hide that it
    happened, and a call that was given up may still arrive. Each may raise `Unavailable` and `Rejected` as
    `Replica` does.
    """

    async def acquire(self, holder: str, seconds: float, *, begun: int = 0) -> Claim:
        """Take or renew the lease for `seconds`, unless it is another's; the answer tells whose it is.

        It is free when nobody had it, when its time is up, and for its own holder. `begun` is the token
        under which `holder` has begun to trade; it is put on record.
        """
        ...

    async def release(self, lease: Lease) -> None:
        """End the lease now, if it has not been renewed or taken since."""
        ...


class TradingRight(Protocol):
    """Whether this node may place orders. It never waits, and may be asked from any thread."""

    def check(self) -> int:
        """The fencing token to place orders with; raises NotTheTrader, which names who trades."""
        ...


@frozen
class LocalRight:
    """Of the only node there is."""

    def check(self) -> int:
        return 0


@define(eq=False)
class LeasedRight:
    """Of one node among several: what it knows of the lease, by its own monotonic clock."""

    tenure: Tenure
    elapsed: Callable[[], float] = time.monotonic
    told: bool | None = field(init=False, default=None)
    """Whether people were told that this node trades; None before there was anything to tell."""

    @property
    def held(self) -> bool:
        return self.tenure.holds(self.elapsed())

    def check(self) -> int:
        return self.tenure.token(self.elapsed())
