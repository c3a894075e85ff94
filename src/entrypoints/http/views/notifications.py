"""Notifications as the API shows them."""

from collections.abc import Sequence

from attrs import define

from domain.notifications.message import Notification, Severity
from domain.shared import time
from entrypoints.http.wire import IdText, TimeText


@define(kw_only=True, slots=False)
class NotificationView:
    """A message that was sent, and why it failed if it did."""

    id: IdText
    kind: str
    severity: Severity
    title: str
    body: str
    channel: str
    sent_at: TimeText
    error: str | None


@define(kw_only=True, slots=False)
class NotificationPage:
    items: Sequence[NotificationView]
    next_cursor: str | None


@define(slots=False)
class RequestedView:
    """The notification that will be sent."""

    id: IdText


def notification_view(notification: Notification) -> NotificationView:
    message = notification.message
    return NotificationView(
        id=notification.id,
        kind=message.kind,
        severity=message.severity,
        title=message.title,
        body=message.body,
        channel=notification.channel,
        sent_at=time.text(notification.sent_at),
        error=notification.error,
    )
