"""The lease in memory: what several nodes of one process share."""

from datetime import datetime, timedelta

from attrs import define, evolve, field

from adapters.memory.broker import Outage
from application.ports.clock import Clock
from domain.errors import Unavailable
from domain.sync.lease import REMEMBERED, Claim, Lease


@define(kw_only=True)
class MemoryLeases:
    """Keeps the lease by the clock `now`. While `outage` is set, calls raise Unavailable."""

    now: Clock
    outage: Outage | None = None
    lease: Lease | None = field(init=False, default=None)
    begun: bool = field(init=False, default=False)
    contenders: dict[str, datetime] = field(init=False, factory=dict)
    """When each node last asked."""

    async def acquire(self, holder: str, seconds: float, *, begun: int = 0) -> Claim:
        self._cut_off(Outage.BEFORE)
        claim = self._acquired(holder, timedelta(seconds=seconds), begun)
        self._cut_off(Outage.AFTER)
        return claim

    async def release(self, lease: Lease) -> None:
        self._cut_off(Outage.BEFORE)
        if self.lease == lease:
            self.lease = evolve(lease, until=self.now())
        self._cut_off(Outage.AFTER)

    def _acquired(self, holder: str, duration: timedelta, begun: int) -> Claim:
        now = self.now()
        lease = self.lease
        if lease is None or lease.holder == holder or lease.until <= now:
            token = 1 if lease is None else lease.token + (lease.holder != holder)
            self.begun = self.begun and lease is not None and lease.holder == holder
            lease = self.lease = Lease(holder=holder, token=token, until=now + duration)
        self.begun = self.begun or (lease.holder == holder and lease.token == begun)
        self.contenders[holder] = now
        since = now - timedelta(seconds=REMEMBERED)
        others = (seen > since for node, seen in self.contenders.items() if node != holder)
        return Claim(lease=lease, begun=self.begun, alone=not any(others))

    def _cut_off(self, moment: Outage) -> None:
        if self.outage is moment:
            raise Unavailable("the remote does not answer")
