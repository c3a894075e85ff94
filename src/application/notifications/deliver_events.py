"""Deliver events: tell people what waits in the outbox."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from application.ports.clock import Clock
from application.ports.notifications import Messenger
from application.ports.transactions import Stores, Transactions
from domain.errors import Rejected
from domain.market.symbol import Source
from domain.notifications.message import Notification, TellableEvent, message_for
from domain.shared.ids import EventId, NotificationId


@frozen(kw_only=True)
class DeliverEventsHandler:
    """At least once: an event leaves the outbox after it was sent, with the record of the sending.

    Returns how many events were handled. Raises Unavailable when the messenger does not answer; what
    was sent before is on record then.
    """

    transactions: Transactions
    messenger: Messenger
    source: Source
    now: Clock
    limit: int = 100

    async def __call__(self) -> int:
        waiting = await self.transactions.read(lambda stores: stores.outbox.waiting(self.limit))
        sent: list[Notification] = []
        try:
            for event in waiting:
                notification = await self._tell(event)
                sent.append(notification)
        finally:
            if sent:
                await self.transactions.write(partial(self._record, sent), durable=False)
        return len(sent)

    async def _tell(self, event: TellableEvent) -> Notification:
        message = message_for(event, self.source)
        error = None
        try:
            await self.messenger.send(message)
        except Rejected as refusal:
            error = refusal.detail
        return Notification(
            id=NotificationId(event.id),
            message=message,
            channel=self.messenger.channel,
            sent_at=self.now(),
            error=error,
        )

    def _record(self, sent: Sequence[Notification], stores: Stores) -> None:
        for notification in sent:
            stores.notifications.add(notification)
        stores.outbox.handled([EventId(notification.id) for notification in sent])
