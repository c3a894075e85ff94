"""Submitting, cancelling and reconciling: the broker gets every order at most once, and the record follows it."""

from collections.abc import Awaitable, Callable

import pytest

from adapters.memory.broker import MemoryBroker, Outage
from domain.errors import NotFound, Unavailable
from domain.trading.events import OrderEnded
from domain.trading.order import IllegalTransition, Order, OrderStatus, OrderType
from support.build import START, a_candle, an_order, minutes
from support.office import Office, an_intent

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office() -> Office:
    return await Office().open()


async def test_an_accepted_order_is_recorded_as_such(office: Office) -> None:
    order = await office.place()
    assert (await office.submit(order)).status is OrderStatus.ACCEPTED
    assert (await office.order(order.id)).status is OrderStatus.ACCEPTED
    assert list(office.broker.accepted) == [order.id]


async def test_an_order_is_handed_over_once(office: Office) -> None:
    accepted = await office.submit(await office.place())
    assert await office.submit(accepted) == accepted
    assert len(office.broker.received) == 1


async def test_an_order_that_the_broker_refuses_is_rejected_and_told(office: Office) -> None:
    office.broker.rejection = "the market is closed"
    order = await office.submit(await office.place())
    assert (order.status, order.reason) == (OrderStatus.REJECTED, "the market is closed")
    assert await office.order(order.id) == order
    (event,) = await office.waiting()
    assert isinstance(event, OrderEnded)
    assert event.reason == "the market is closed"


@pytest.mark.parametrize("outage", Outage)
async def test_while_it_is_unknown_whether_the_broker_has_it_the_order_stays_new(
    office: Office, outage: Outage
) -> None:
    order = await office.place()
    office.broker.outage = outage
    with pytest.raises(Unavailable):
        await office.submit(order)
    assert (await office.order(order.id)).status is OrderStatus.NEW
    with pytest.raises(Unavailable):
        await office.reconcile()


async def test_reconciliation_records_what_arrived_and_returns_what_did_not(office: Office) -> None:
    arrived, lost = await office.place(key="a"), await office.place(key="b")
    office.broker.outage = Outage.AFTER
    with pytest.raises(Unavailable):
        await office.submit(arrived)
    office.broker.outage = Outage.BEFORE
    with pytest.raises(Unavailable):
        await office.submit(lost)
    office.broker.outage = None
    assert await office.reconcile() == [lost]
    assert (await office.order(arrived.id)).status is OrderStatus.ACCEPTED
    assert (await office.submit(lost)).status is OrderStatus.ACCEPTED
    assert [order.id for order in office.broker.received] == [arrived.id, lost.id]
    assert await office.reconcile() == []


async def test_a_cancelled_order_is_over_and_told(office: Office) -> None:
    order = await office.submit(await office.place(an_intent(type=OrderType.LIMIT, limit_price="90")))
    await office.trade_all(a_candle(open_time=START))
    cancelled = await office.cancel(order)
    assert (cancelled.status, cancelled.reason) == (OrderStatus.CANCELLED, "cancelled by user_1")
    assert cancelled.updated_at == START + minutes(5)
    assert office.broker.cancelled == {order.id}
    (event,) = await office.waiting()
    assert isinstance(event, OrderEnded)
    await office.trade_all(a_candle(open="80", open_time=START + minutes(5)))
    assert (await office.portfolio()).held == ()


async def test_an_order_that_the_broker_never_had_can_be_cancelled(office: Office) -> None:
    order = await office.place()
    assert (await office.cancel(order)).status is OrderStatus.CANCELLED
    assert await office.reconcile() == []


async def test_what_executed_before_the_cancellation_stays(office: Office) -> None:
    order = await office.submit(await office.place(an_intent(quantity="10")))
    await office.trade_all(a_candle(open_time=START, volume="40"))
    cancelled = await office.cancel(order)
    assert (cancelled.status, cancelled.filled_quantity) == (OrderStatus.CANCELLED, 4)
    assert (await office.portfolio()).position(order.symbol).quantity == 4


async def test_an_order_that_is_over_cannot_be_cancelled(office: Office) -> None:
    order = await office.submit(await office.place())
    await office.trade_all(a_candle(open_time=START))
    with pytest.raises(IllegalTransition):
        await office.cancel(order)
    assert office.broker.cancelled == set()


async def test_an_unknown_order_cannot_be_cancelled(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.cancel(an_order())


async def test_while_the_broker_does_not_answer_a_cancellation_changes_nothing(office: Office) -> None:
    order = await office.submit(await office.place())
    office.broker.outage = Outage.BEFORE
    with pytest.raises(Unavailable):
        await office.cancel(order)
    assert (await office.order(order.id)).status is OrderStatus.ACCEPTED


class Overtaken(MemoryBroker):
    """Something else happens while an order is on its way to the broker."""

    meanwhile: Callable[[], Awaitable[object]]

    async def place(self, order: Order) -> None:
        await self.meanwhile()
        await super().place(order)


async def test_an_order_cancelled_on_its_way_to_the_broker_does_not_stay_there(office: Office) -> None:
    order = await office.place()
    office.broker = broker = Overtaken()
    broker.meanwhile = lambda: office.cancel(order)
    assert (await office.submit(order)).status is OrderStatus.CANCELLED
    assert broker.cancelled == {order.id}


async def test_an_order_cancelled_before_it_was_handed_over_does_not_stay_there_either(office: Office) -> None:
    order = await office.place()
    await office.cancel(order)
    assert (await office.submit(order)).status is OrderStatus.CANCELLED
    assert office.broker.cancelled == {order.id}
