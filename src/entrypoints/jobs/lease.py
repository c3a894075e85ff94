"""The lease loop: keeps the right to trade while this node has it, and waits for it while another has."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from attrs import define, field

from application.ports.lease import LeasedRight
from application.sync.begin_trading import BeginTradingHandler
from application.sync.release_lease import ReleaseLeaseHandler
from application.sync.renew_lease import RenewLeaseHandler
from entrypoints.jobs.job import Step, Then

log = logging.getLogger(__name__)


@define(kw_only=True, eq=False)
class LeaseKeeper:
    """Takes a step every `domain.sync.lease.RENEW` seconds.

    Trading changes hands only between nodes that know the same: before this one begins, and before it lets
    go, everything is exchanged. A step that failed changes nothing, the next one asks again.
    """

    right: LeasedRight
    renew: RenewLeaseHandler
    begin: BeginTradingHandler
    release: ReleaseLeaseHandler
    exchange: Callable[[], Awaitable[object]]
    """Tells the other nodes everything that was written here, and takes in everything that they wrote."""
    _well: bool = field(init=False, default=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        yield self._step
        if self._well:  # it is to stop; after a failure it only begins anew
            await self._let_go()

    async def _step(self) -> Then:
        told = self.right.told
        self._well = False
        try:
            lease = await self.renew()
            if lease is not None:
                await self.exchange()
                await self.begin(lease)
                await self.renew()
        finally:
            if self.right.told != told:
                log.warning("this node %s orders", "places" if self.right.told else "no longer places")
        self._well = True
        return Then.WAIT

    async def _let_go(self) -> None:
        self.right.tenure = self.right.tenure.given_up()
        if self.right.tenure.lease is not None:
            await self.exchange()
            await self.release()
