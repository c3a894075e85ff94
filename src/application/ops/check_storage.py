"""Check the storage: prove that a change can be committed."""

from attrs import frozen

from application.ports.clock import Clock, NewId
from application.ports.transactions import Stores, Transactions
from domain.notifications.message import NotificationRequested
from domain.shared.ids import EventId


@frozen(kw_only=True)
class CheckStorageHandler:
    """Commits an event that is handled already, so that something is written and nothing is left or told.

    Raises Unavailable when the store cannot be written.
    """

    transactions: Transactions
    now: Clock
    new_id: NewId

    async def __call__(self) -> None:
        await self.transactions.write(self._leave_a_trace)

    def _leave_a_trace(self, stores: Stores) -> None:
        event = NotificationRequested(id=EventId(self.new_id()), at=self.now(), by="the storage check")
        stores.outbox.add([event])
        stores.outbox.handled([event.id])
