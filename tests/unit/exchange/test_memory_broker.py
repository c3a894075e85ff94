"""The failures that the memory broker can be told to have."""

import pytest

from adapters.memory.broker import MemoryBroker, Outage
from domain.errors import Rejected, Unavailable
from support.build import an_order

pytestmark = pytest.mark.anyio


async def test_an_order_cut_off_before_it_arrived_is_not_there() -> None:
    broker, order = MemoryBroker(outage=Outage.BEFORE), an_order()
    with pytest.raises(Unavailable):
        await broker.place(order)
    broker.outage = None
    assert broker.received == []
    assert not await broker.knows(order.id)


async def test_an_order_whose_answer_was_lost_is_there() -> None:
    broker, order = MemoryBroker(outage=Outage.AFTER), an_order()
    with pytest.raises(Unavailable):
        await broker.place(order)
    broker.outage = None
    assert broker.received == [order]
    assert await broker.knows(order.id)


async def test_an_order_that_arrives_twice_is_accepted_once() -> None:
    broker, order = MemoryBroker(), an_order()
    await broker.place(order)
    await broker.place(order)
    assert broker.received == [order, order]
    assert broker.accepted == {order.id: order}


async def test_a_refused_order_is_told_why_and_is_not_known() -> None:
    broker, order = MemoryBroker(rejection="market closed"), an_order()
    with pytest.raises(Rejected, match="market closed"):
        await broker.place(order)
    assert broker.received == [order]
    assert not await broker.knows(order.id)


async def test_an_accepted_order_is_not_refused_when_it_arrives_again() -> None:
    broker, order = MemoryBroker(), an_order()
    await broker.place(order)
    broker.rejection = "market closed"
    await broker.place(order)
    assert broker.accepted == {order.id: order}


@pytest.mark.parametrize(("outage", "cancelled"), [(Outage.BEFORE, False), (Outage.AFTER, True)])
async def test_a_cancellation_can_be_cut_off_too(outage: Outage, cancelled: bool) -> None:
    broker, order = MemoryBroker(), an_order()
    await broker.place(order)
    broker.outage = outage
    with pytest.raises(Unavailable):
        await broker.cancel(order.id)
    assert (order.id in broker.cancelled) is cancelled


@pytest.mark.parametrize("outage", Outage)
async def test_nothing_is_learned_during_an_outage(outage: Outage) -> None:
    broker = MemoryBroker(outage=outage)
    with pytest.raises(Unavailable):
        await broker.knows(an_order().id)
