"""Halt trading: open buys go, open sales stay, and the broker is told."""

import pytest

from application.trading.halt_trading import HaltTrading, HaltTradingHandler
from domain.trading.order import OrderStatus, Side
from support.build import an_accepted_order, an_id
from support.office import Office, a_caller

pytestmark = pytest.mark.anyio

BUY = an_accepted_order(id=an_id(1), side=Side.BUY)
SALE = an_accepted_order(id=an_id(2), side=Side.SELL)


async def halted(*orders: object) -> Office:
    office = Office()
    for order in orders:
        await office.broker.place(order)
        await office.database.write(lambda stores, order=order: stores.orders.add(order))
    await office.a(HaltTradingHandler)(a_caller(), HaltTrading(reason="enough"))
    return office


async def test_open_buys_are_cancelled_here_and_at_the_broker() -> None:
    office = await halted(BUY)
    order = await office.database.read(lambda stores: stores.orders.get(BUY.id))
    assert (order.status, order.reason) == (OrderStatus.CANCELLED, "trading was halted")
    assert BUY.id in office.broker.cancelled


async def test_open_sales_stay() -> None:
    office = await halted(SALE)
    assert await office.database.read(lambda stores: stores.orders.get(SALE.id)) == SALE


async def test_a_second_halt_cancels_what_was_missed_and_keeps_the_first_reason() -> None:
    office = await halted()
    await office.database.write(lambda stores: stores.orders.add(BUY))
    halt = await office.a(HaltTradingHandler)(a_caller(), HaltTrading(reason="again"))
    assert halt.reason == "enough"
    order = await office.database.read(lambda stores: stores.orders.get(BUY.id))
    assert order.status is OrderStatus.CANCELLED
