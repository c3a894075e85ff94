"""The paper broker: orders that move no money, filled by the candles that follow."""

from attrs import define, field

from domain.errors import NotFound
from domain.shared.ids import OrderId
from domain.trading.fill_model import FillModel
from domain.trading.order import Order, TradingMode

REMEMBERED = 10_000


@define(kw_only=True)
class PaperBroker:
    """Takes every order and leaves its execution to `fill_model`.

    It remembers the last 10,000 order ids and nothing beyond the life of the process; the order journal
    holds the orders. An order it has forgotten is as good as one it never had: placing it again is
    accepted again, and executes nothing, because only the journal's orders are matched with candles.
    """

    fill_model: FillModel
    _known: dict[OrderId, None] = field(init=False, factory=dict)

    @property
    def mode(self) -> TradingMode:
        return TradingMode.PAPER

    async def place(self, order: Order) -> None:
        self._known.setdefault(order.id)
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    async def cancel(self, order_id: OrderId) -> None:
        if order_id not in self._known:
            raise NotFound(f"the paper broker has no order {order_id}")

    async def knows(self, order_id: OrderId) -> bool:
        return order_id in self._known
