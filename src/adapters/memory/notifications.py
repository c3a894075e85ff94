"""The outbox and the notifications in memory."""

from collections.abc import Sequence
from itertools import count, islice

from adapters.memory.table import Journal, Table
from domain.notifications.message import Notification, TellableEvent
from domain.shared.events import Event
from domain.shared.ids import EventId, NotificationId


class MemoryOutbox:
    """Events are kept in the order in which they were recorded."""

    def __init__(self, journal: Journal) -> None:
        self._places: Table[str, int] = Table(journal)
        self._events: Table[int, TellableEvent] = Table(journal)
        self._next = count()

    def add(self, events: Sequence[Event]) -> None:
        for event in events:
            if not isinstance(event, TellableEvent):
                raise TypeError(f"nobody knows how to tell {type(event).__name__}")
            place = next(self._next)
            if self._places.add(event.id, place):
                self._events.add(place, event)

    def waiting(self, limit: int) -> Sequence[TellableEvent]:
        return list(islice(self._events.rising(), limit))

    def handled(self, event_ids: Sequence[EventId]) -> None:
        for event_id in event_ids:
            place = self._places.get(event_id)
            self._places.remove(event_id)
            if place is not None:
                self._events.remove(place)


class MemoryNotifications:
    def __init__(self, journal: Journal) -> None:
        self._notifications: Table[str, Notification] = Table(journal)

    def add(self, notification: Notification) -> None:
        self._notifications.add(notification.id, notification)

    def page(self, *, before: NotificationId | None, limit: int) -> Sequence[Notification]:
        return list(islice(self._notifications.falling(until=before), limit))
