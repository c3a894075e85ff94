"""Events in the outbox, and notifications."""

from typing import get_args

from adapters.sql.rows.documents import document, read_document
from adapters.sql.rows.reading import instant
from adapters.sql.session import Row
from domain.notifications.message import Message, Notification, Severity, TellableEvent
from domain.shared import time
from domain.shared.events import Event

_KINDS: dict[str, type[TellableEvent]] = {kind.__name__: kind for kind in get_args(TellableEvent)}


def event_row(event: Event) -> Row:
    if not isinstance(event, TellableEvent):
        raise TypeError(f"nobody knows how to tell {type(event).__name__}")
    return (event.id, type(event).__name__, document(event))


def event(row: Row) -> TellableEvent:
    _, kind, written = row
    return read_document(_KINDS[kind], written)


def notification_row(notification: Notification) -> Row:
    message = notification.message
    return (
        notification.id,
        message.kind,
        message.severity.value,
        message.title,
        message.body,
        notification.channel,
        time.text(notification.sent_at),
        notification.error,
    )


def notification(row: Row) -> Notification:
    id_, kind, severity, title, body, channel, sent_at, error = row
    return Notification(
        id=id_,
        message=Message(kind=kind, severity=Severity(severity), title=title, body=body),
        channel=channel,
        sent_at=instant(sent_at),
        error=error,
    )
