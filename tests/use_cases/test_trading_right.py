"""Without the right to trade nothing is placed, however far a step has come."""

from decimal import Decimal

import pytest
from attrs import define

from application.ports.lease import LocalRight
from application.trading.halt_trading import HaltTrading, HaltTradingHandler
from application.trading.resume_trading import ResumeTradingHandler
from domain.sync.lease import NotTheTrader
from domain.trading.order import OrderStatus
from support.build import a_candle
from support.office import Office, a_caller

pytestmark = pytest.mark.anyio


@define
class CountedRight:
    """Held for so many checks."""

    left: int

    def check(self) -> int:
        self.left -= 1
        if self.left < 0:
            raise NotTheTrader("the node cellar trades")
        return 7


async def an_office(right: CountedRight) -> Office:
    return await Office(right=right).open()


async def test_whoever_watches_places_nothing() -> None:
    office = await an_office(CountedRight(0))

    with pytest.raises(NotTheTrader, match="cellar"):
        await office.place()

    assert await office.orders() == []


async def test_an_order_that_was_placed_before_is_shown_for_its_key() -> None:
    office = await an_office(CountedRight(1))
    order = await office.place(key="once")

    assert await office.place(key="once") == order


async def test_whoever_watches_cancels_nothing_and_hands_nothing_over() -> None:
    office = await an_office(CountedRight(1))
    order = await office.place()

    with pytest.raises(NotTheTrader):
        await office.submit(order)
    with pytest.raises(NotTheTrader):
        await office.cancel(order)

    assert office.broker.received == []
    assert (await office.order(order.id)).status is OrderStatus.NEW


async def test_a_right_that_ends_on_the_way_undoes_the_step() -> None:
    office = await an_office(CountedRight(2))
    order = await office.submit(await office.place())
    filled = a_candle(volume=Decimal(1000))

    with pytest.raises(NotTheTrader):
        await office.trade(filled)
    assert await office.order(order.id) == order
    assert (await office.portfolio()).fees == 0

    office.right = LocalRight()
    await office.trade(filled)
    assert (await office.order(order.id)).status is OrderStatus.FILLED


async def test_halting_and_resuming_are_free_everywhere() -> None:
    office = await an_office(CountedRight(0))

    assert (await office.a(ResumeTradingHandler)(a_caller())).halted is False
    halted = await office.a(HaltTradingHandler)(a_caller(), HaltTrading(reason="enough"))
    assert halted.halted
