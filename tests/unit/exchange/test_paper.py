"""The paper broker remembers enough, and not without end."""

import pytest
from attrs import evolve

from adapters.exchange.paper import REMEMBERED, PaperBroker
from domain.trading.fill_model import FillModel
from support.build import an_id, an_order

pytestmark = pytest.mark.anyio


async def test_it_forgets_the_oldest_order_first() -> None:
    broker, order = PaperBroker(fill_model=FillModel()), an_order()
    ids = [an_id() for _ in range(REMEMBERED + 1)]
    for order_id in ids:
        await broker.place(evolve(order, id=order_id))
    assert [await broker.knows(order_id) for order_id in (ids[0], ids[1], ids[-1])] == [False, True, True]
