"""The outbox and the notifications, on every adapter."""

from decimal import Decimal
from typing import get_args

import pytest

from domain.market.listing import GapDetected, SymbolListed
from domain.notifications.message import Message, Notification, NotificationRequested, Severity, TellableEvent
from domain.shared.events import Event
from domain.shared.ids import UserId
from domain.sync.events import TradingHandedOver, TradingTakenOver, WritesOverwritten
from domain.trading.events import OrderEnded, OrderFilled, TradingHalted, TradingResumed
from domain.trading.order import OrderStatus, Side, TradingMode
from support.build import BTC, START, an_id, minutes
from support.stores import KINDS, opened

pytestmark = pytest.mark.anyio

EVENTS = [
    OrderFilled(
        id=an_id(),
        at=START,
        order_id=an_id(),
        symbol=BTC,
        side=Side.BUY,
        quantity=Decimal("0.000000000000000001"),
        price=Decimal("1E+2"),
        fee=Decimal("0.10"),
        complete=False,
        mode=TradingMode.PAPER,
        strategy="hold",
    ),
    OrderEnded(
        id=an_id(),
        at=START,
        order_id=an_id(),
        symbol=BTC,
        side=Side.SELL,
        quantity=Decimal(1),
        status=OrderStatus.REJECTED,
        reason='"max_position" 漢字',
        mode=TradingMode.LIVE,
    ),
    TradingHalted(id=an_id(), at=START, reason="", by=UserId("alice")),
    TradingHalted(id=an_id(), at=START, reason="drawdown", by=None),
    TradingResumed(id=an_id(), at=START, by=None),
    SymbolListed(id=an_id(), at=START, symbol=BTC),
    GapDetected(id=an_id(), at=START + minutes(1), symbol=BTC, missing=3, start=START),
    WritesOverwritten(id=an_id(), at=START, count=2, for_people=1, example="1 was kept"),
    TradingTakenOver(id=an_id(), at=START, node="attic"),
    TradingHandedOver(id=an_id(), at=START, node="attic", to="cellar"),
    TradingHandedOver(id=an_id(), at=START, node="attic", to=None),
    NotificationRequested(id=an_id(), at=START, by="alice"),
]


def listed(number: int) -> SymbolListed:
    return SymbolListed(id=an_id(number), at=START, symbol=BTC)


@pytest.fixture(params=KINDS)
async def database(request, tmp_path):
    async with opened(request.param, tmp_path) as database:
        yield database


async def test_many_events_wait_in_the_order_of_recording(database):
    many = [listed(number) for number in range(237, 0, -1)]
    await database.write(lambda stores: stores.outbox.add(many))

    assert list(await database.read(lambda stores: stores.outbox.waiting(300))) == many


async def test_every_event_that_can_be_told_comes_back_as_it_was(database):
    assert {type(event) for event in EVENTS} == set(get_args(TellableEvent))

    await database.write(lambda stores: stores.outbox.add(EVENTS))

    assert list(await database.read(lambda stores: stores.outbox.waiting(100))) == EVENTS


async def test_an_event_that_cannot_be_told_is_refused(database):
    with pytest.raises(TypeError):
        await database.write(lambda stores: stores.outbox.add([Event(id=an_id(), at=START)]))


async def test_events_wait_in_the_order_of_recording_until_they_are_handled(database):
    await database.write(lambda stores: stores.outbox.add([listed(3), listed(1)]))
    await database.write(lambda stores: stores.outbox.add([listed(1), listed(2), listed(5)]))

    async def waiting(limit=10):
        return list(await database.read(lambda stores: stores.outbox.waiting(limit)))

    assert await waiting() == [listed(3), listed(1), listed(2), listed(5)]
    assert await waiting(2) == [listed(3), listed(1)]

    await database.write(lambda stores: stores.outbox.handled([an_id(3), an_id(5), an_id(7)]))
    assert await waiting() == [listed(1), listed(2)]
    await database.write(lambda stores: stores.outbox.add([listed(0)]))
    assert await waiting() == [listed(1), listed(2), listed(0)]
    await database.write(lambda stores: stores.outbox.handled([an_id(number) for number in range(9)]))
    assert await waiting() == []
    await database.write(lambda stores: stores.outbox.add([listed(4)]))
    assert await waiting() == [listed(4)]


async def test_notifications_are_recorded_once_and_listed_newest_first(database):
    message = Message(kind="test", severity=Severity.WARNING, title="Title", body="Body\n漢字")
    told = [
        Notification(id=an_id(n), message=message, channel="console", sent_at=START + minutes(n), error=error)
        for n, error in ((1, None), (2, "gone"), (3, None))
    ]
    again = Notification(id=an_id(1), message=message, channel="telegram", sent_at=START)

    def unit(stores):
        for notification in (told[1], told[0], told[2], again):
            stores.notifications.add(notification)

    await database.write(unit)

    async def page(limit, before=None):
        return list(await database.read(lambda stores: stores.notifications.page(before=before, limit=limit)))

    assert await page(10) == told[::-1]
    assert await page(2) == [told[2], told[1]]
    assert await page(2, before=an_id(2)) == [told[0]]
    assert await page(2, before=an_id(1)) == []
