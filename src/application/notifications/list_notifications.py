"""List what people were told, the latest first."""

from attrs import frozen

from application.ports.transactions import Transactions
from domain.notifications.message import Notification
from domain.shared.ids import NotificationId
from domain.shared.page import Page, page_of


@frozen(kw_only=True)
class ListNotifications:
    before: NotificationId | None = None
    limit: int = 100


@frozen(kw_only=True)
class ListNotificationsHandler:
    transactions: Transactions

    async def __call__(self, query: ListNotifications) -> Page[Notification]:
        found = await self.transactions.read(
            lambda stores: stores.notifications.page(before=query.before, limit=query.limit + 1)
        )
        return page_of(found, query.limit, lambda notification: notification.id)
