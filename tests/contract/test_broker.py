"""What every broker promises, asserted of each."""

import pytest

from adapters.exchange.paper import PaperBroker
from adapters.memory.broker import MemoryBroker
from application.ports.broker import Broker
from domain.errors import NotFound
from domain.shared.ids import OrderId
from domain.trading.fill_model import FillModel
from domain.trading.order import TradingMode
from support.build import an_id, an_order

pytestmark = pytest.mark.anyio

MODEL = FillModel()


@pytest.fixture(params=[PaperBroker, MemoryBroker])
def broker(request: pytest.FixtureRequest) -> Broker:
    made: Broker = request.param(fill_model=MODEL)
    return made


async def test_it_moves_no_money_and_says_how_its_orders_fill(broker: Broker) -> None:
    assert broker.mode is TradingMode.PAPER
    assert broker.fill_model is MODEL


async def test_it_knows_an_order_once_it_was_placed(broker: Broker) -> None:
    order = an_order()
    assert not await broker.knows(order.id)
    await broker.place(order)
    assert await broker.knows(order.id)
    assert not await broker.knows(OrderId(an_id()))


async def test_placing_an_order_again_changes_nothing(broker: Broker) -> None:
    order = an_order()
    await broker.place(order)
    await broker.place(order)
    assert await broker.knows(order.id)


async def test_an_order_that_was_placed_can_be_cancelled_and_stays_known(broker: Broker) -> None:
    order = an_order()
    await broker.place(order)
    await broker.cancel(order.id)
    await broker.cancel(order.id)
    assert await broker.knows(order.id)


async def test_an_order_it_never_had_cannot_be_cancelled(broker: Broker) -> None:
    with pytest.raises(NotFound):
        await broker.cancel(OrderId(an_id()))
