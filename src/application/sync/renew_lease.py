"""Renew the lease: ask for it, and tell people when trading was lost or came back."""

from collections.abc import Callable
from functools import partial

from attrs import frozen

from application.ports.clock import Clock, NewId
from application.ports.lease import LeasedRight, Leases
from application.ports.transactions import Stores, Transactions
from domain.errors import DomainError
from domain.shared.ids import EventId
from domain.sync.events import TradingHandedOver, TradingTakenOver
from domain.sync.lease import TTL, Lease


@frozen(kw_only=True)
class RenewLeaseHandler:
    """Returns the lease if it is this node's and trading has not begun under it.

    Raises:
        Unavailable: the remote does not answer, or the database.
        Rejected: the remote has to be set right first.
    """

    leases: Leases
    right: LeasedRight
    transactions: Transactions
    now: Clock
    new_id: NewId
    remember: Callable[[bool], object] = lambda company: None
    """Keeps over a restart whether another node might trade."""

    async def __call__(self) -> Lease | None:
        tenure = self.right.tenure
        sent = self.right.elapsed()
        try:
            claim = await self.leases.acquire(tenure.node, TTL, begun=tenure.begun)
        except DomainError:
            self.right.tenure = tenure.unanswered(self.right.elapsed())
            await self._tell()
            raise
        learned = tenure.learned(claim, sent)
        if learned.company is not None and learned.company != tenure.company:
            self.remember(learned.company)
        self.right.tenure = learned
        await self._tell()
        return self.right.tenure.to_begin

    async def _tell(self) -> None:
        """A start is no news, the first time that this node trades and that it does not."""
        held, told = self.right.held, self.right.told
        if held != bool(told):
            if told is not None:
                await self.transactions.write(partial(self._record, held))
            self.right.told = held

    def _record(self, held: bool, stores: Stores) -> None:
        tenure = self.right.tenure
        event_id, at, node = EventId(self.new_id()), self.now(), tenure.node
        if held:
            stores.outbox.add([TradingTakenOver(id=event_id, at=at, node=node)])
        else:
            stores.outbox.add([TradingHandedOver(id=event_id, at=at, node=node, to=tenure.rival)])
