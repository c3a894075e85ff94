"""Events waiting to be told, and what was told."""

from collections.abc import Sequence
from typing import Protocol

from domain.notifications.message import Message, Notification, TellableEvent
from domain.shared.events import Event
from domain.shared.ids import EventId, NotificationId


class Outbox(Protocol):
    """Events committed with the change they report, until every one was handled."""

    def add(self, events: Sequence[Event]) -> None: ...

    def waiting(self, limit: int) -> Sequence[TellableEvent]:
        """The oldest unhandled events."""
        ...

    def handled(self, event_ids: Sequence[EventId]) -> None: ...


class Notifications(Protocol):
    """What people were told."""

    def add(self, notification: Notification) -> None:
        """Record; a repeated id changes nothing."""
        ...

    def page(self, *, before: NotificationId | None, limit: int) -> Sequence[Notification]:
        """Newest first; `before` continues after that notification."""
        ...


class Messenger(Protocol):
    """A way to reach people."""

    @property
    def channel(self) -> str:
        """The name of the way: `console`, `telegram` …"""
        ...

    async def send(self, message: Message) -> None:
        """Deliver once; may raise Unavailable (try again later) or Rejected (never will)."""
        ...
