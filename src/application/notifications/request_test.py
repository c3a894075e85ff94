"""Request a test notification."""

from attrs import frozen

from application.ports.clock import Clock, NewId
from application.ports.transactions import Transactions
from domain.identity.user import Caller
from domain.notifications.message import NotificationRequested
from domain.shared.ids import EventId


@frozen(kw_only=True)
class RequestTestHandler:
    """It takes the way of every other notification: through the outbox."""

    transactions: Transactions
    now: Clock
    new_id: NewId

    async def __call__(self, caller: Caller) -> EventId:
        event = NotificationRequested(id=EventId(self.new_id()), at=self.now(), by=caller.user_id)
        await self.transactions.write(lambda stores: stores.outbox.add([event]))
        return event.id
