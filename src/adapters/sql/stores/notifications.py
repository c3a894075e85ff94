"""The outbox and the notifications in SQL."""

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import bindparam, delete, literal_column, select

from adapters.sql import statements
from adapters.sql.rows import notifications as rows
from adapters.sql.rows.reading import read_all
from adapters.sql.session import Session
from adapters.sql.statements import BEYOND, compiled
from adapters.sql.tables import notifications, outbox
from domain.notifications.message import Notification, TellableEvent
from domain.shared.events import Event
from domain.shared.ids import EventId, NotificationId

_ADD_EVENT = statements.add(outbox)
_WAITING = compiled(select(outbox).order_by(literal_column("rowid")).limit(bindparam("limit")), "limit")
_HANDLED = compiled(delete(outbox).where(outbox.c.id == bindparam("id")), "id")

_ADD = statements.add(notifications)
_PAGE = compiled(
    select(notifications)
    .where(notifications.c.id < bindparam("before"))
    .order_by(notifications.c.id.desc())
    .limit(bindparam("limit")),
    *("before", "limit"),
)


@frozen
class SqlOutbox:
    session: Session

    def add(self, events: Sequence[Event]) -> None:
        self.session.write_many(_ADD_EVENT, [rows.event_row(event) for event in events])

    def waiting(self, limit: int) -> Sequence[TellableEvent]:
        return read_all(outbox, rows.event, self.session.all(_WAITING, (limit,)))

    def handled(self, event_ids: Sequence[EventId]) -> None:
        self.session.write_many(_HANDLED, [(event_id,) for event_id in event_ids])


@frozen
class SqlNotifications:
    session: Session

    def add(self, notification: Notification) -> None:
        self.session.write(_ADD, rows.notification_row(notification))

    def page(self, *, before: NotificationId | None, limit: int) -> Sequence[Notification]:
        below = BEYOND if before is None else before
        return read_all(notifications, rows.notification, self.session.all(_PAGE, (below, limit)))
