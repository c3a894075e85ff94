"""Delivering events: at least once, in order, and whatever was told is on record."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.messenger import MemoryMessenger
from application.notifications.deliver_events import DeliverEventsHandler
from application.notifications.list_notifications import ListNotifications, ListNotificationsHandler
from application.notifications.request_test import RequestTestHandler
from domain.errors import Rejected, Unavailable
from domain.market.symbol import Source
from domain.notifications.message import Message, Notification, NotificationRequested
from domain.shared.ids import EventId
from support.build import START, an_account, an_id, new_ids
from support.crash import DoomedTransactions, Moment
from support.office import a_caller

pytestmark = pytest.mark.anyio


@pytest.fixture
def database() -> MemoryDatabase:
    return MemoryDatabase(an_account())


@pytest.fixture
def messenger() -> MemoryMessenger:
    return MemoryMessenger()


def events(*numbers: int) -> list[NotificationRequested]:
    return [NotificationRequested(id=EventId(an_id(number)), at=START, by=f"user {number}") for number in numbers]


async def happen(database: MemoryDatabase, *numbers: int) -> None:
    await database.write(lambda stores: stores.outbox.add(events(*numbers)))


async def deliver(database: MemoryDatabase, messenger: MemoryMessenger, limit: int = 100) -> int:
    return await DeliverEventsHandler(
        transactions=database, messenger=messenger, source=Source.LIVE, now=lambda: START, limit=limit
    )()


async def notifications(database: MemoryDatabase) -> Sequence[Notification]:
    return (await ListNotificationsHandler(transactions=database)(ListNotifications())).items


def told(messenger: MemoryMessenger) -> list[str]:
    return [message.body.removeprefix("requested by ") for message in messenger.delivered]


async def test_events_are_told_in_the_order_in_which_they_happened(
    database: MemoryDatabase, messenger: MemoryMessenger
) -> None:
    await happen(database, 3, 1)
    await happen(database, 2)
    assert await deliver(database, messenger) == 3
    assert told(messenger) == ["user 3", "user 1", "user 2"]
    assert await deliver(database, messenger) == 0


async def test_what_was_told_is_on_record(database: MemoryDatabase, messenger: MemoryMessenger) -> None:
    await happen(database, 1)
    await deliver(database, messenger)
    (notification,) = await notifications(database)
    assert (notification.id, notification.channel, notification.sent_at) == (an_id(1), "memory", START)
    assert (notification.message, notification.error) == (messenger.delivered[0], None)


async def test_a_delivery_has_a_limit_and_the_next_goes_on(
    database: MemoryDatabase, messenger: MemoryMessenger
) -> None:
    await happen(database, 1, 2, 3)
    assert [await deliver(database, messenger, limit=2) for _ in range(3)] == [2, 1, 0]
    assert told(messenger) == ["user 1", "user 2", "user 3"]


class FailingAt(MemoryMessenger):
    """Meets `failure` at one message and delivers the others."""

    turn = 2

    async def send(self, message: Message) -> None:
        self.turn -= 1
        if self.turn == 0 and self.failure is not None:
            raise self.failure
        self.delivered.append(message)


async def test_a_messenger_that_is_down_keeps_what_was_not_told_and_only_that(database: MemoryDatabase) -> None:
    await happen(database, 1, 2, 3)
    messenger = FailingAt(failure=Unavailable("down"))
    with pytest.raises(Unavailable):
        await deliver(database, messenger)
    assert len(await notifications(database)) == 1
    assert await deliver(database, messenger) == 2
    assert told(messenger) == ["user 1", "user 2", "user 3"]


async def test_a_message_that_is_refused_is_over_with_its_reason_and_holds_nothing_up(
    database: MemoryDatabase,
) -> None:
    await happen(database, 1, 2, 3)
    messenger = FailingAt(failure=Rejected("no such chat"))
    assert await deliver(database, messenger) == 3
    assert told(messenger) == ["user 1", "user 3"]
    assert [notification.error for notification in await notifications(database)] == [None, "no such chat", None]


async def test_what_was_told_and_not_recorded_is_told_again_and_recorded_once(
    database: MemoryDatabase, messenger: MemoryMessenger
) -> None:
    await happen(database, 1)
    doomed = DoomedTransactions(inner=database, last=1, moment=Moment.BEFORE)
    killed = DeliverEventsHandler(transactions=doomed, messenger=messenger, source=Source.LIVE, now=lambda: START)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(killed(), timeout=1)
    await deliver(database, messenger)
    assert told(messenger) == ["user 1", "user 1"]
    assert len(await notifications(database)) == 1


async def test_a_test_message_takes_the_way_of_every_other(
    database: MemoryDatabase, messenger: MemoryMessenger
) -> None:
    asked = await RequestTestHandler(transactions=database, now=lambda: START, new_id=new_ids())(a_caller())
    await deliver(database, messenger)
    (notification,) = await notifications(database)
    assert (notification.id, notification.message.kind) == (asked, "test")
    assert told(messenger) == ["user_1"]
