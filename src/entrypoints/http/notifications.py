"""Notifications."""

from attrs import frozen

from application.notifications.list_notifications import ListNotifications
from domain.identity.permission import Permission
from domain.identity.user import Caller
from domain.shared.ids import NotificationId
from entrypoints.http.endpoint import Endpoint
from entrypoints.http.inputs import Nothing
from entrypoints.http.services import Services
from entrypoints.http.views.notifications import NotificationPage, RequestedView, notification_view
from entrypoints.http.wire import Limit


@frozen(kw_only=True)
class NotificationsQuery:
    cursor: NotificationId | None = None
    limit: Limit = Limit(100)


async def list_notifications(services: Services, _: object, query: NotificationsQuery) -> NotificationPage:
    """List what people were told, the latest first."""
    page = await services.list_notifications(ListNotifications(before=query.cursor, limit=query.limit))
    items = [notification_view(notification) for notification in page.items]
    return NotificationPage(items=items, next_cursor=page.next_cursor)


async def send_test(services: Services, caller: Caller, request: Nothing) -> RequestedView:
    """Send a test notification."""
    return RequestedView(await services.request_test(caller))


ENDPOINTS = (
    Endpoint(method="GET", path="/api/v1/notifications", access=Permission.READ_NOTIFICATIONS, call=list_notifications),
    Endpoint(
        method="POST",
        path="/api/v1/notifications/test",
        access=Permission.SEND_NOTIFICATIONS,
        call=send_test,
        answers={202: "The notification waits to be sent"},
    ),
)
