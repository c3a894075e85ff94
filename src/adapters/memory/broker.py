"""A broker in memory, with the failures of a real one at the tester's command."""

from enum import Enum, auto

from domain.errors import NotFound, Rejected, Unavailable
from domain.shared.ids import OrderId
from domain.trading.fill_model import FillModel
from domain.trading.order import Order, TradingMode

FILLS = FillModel()


class Outage(Enum):
    """When a call is cut off: before the broker received it, or after, so that only the answer is lost."""

    BEFORE = auto()
    AFTER = auto()


class MemoryBroker:
    """Keeps every order it accepted.

    While `outage` is set, calls raise Unavailable; while `rejection` is set, new orders are refused
    for that reason, and the broker does not know them.
    """

    def __init__(
        self,
        *,
        mode: TradingMode = TradingMode.PAPER,
        fill_model: FillModel | None = FILLS,
        outage: Outage | None = None,
        rejection: str | None = None,
    ) -> None:
        self.mode, self.fill_model = mode, fill_model
        self.outage, self.rejection = outage, rejection
        self.received: list[Order] = []
        """Every order handed over, as often as it arrived."""
        self.accepted: dict[OrderId, Order] = {}
        """What it executes: one order for each id."""
        self.cancelled: set[OrderId] = set()

    async def place(self, order: Order) -> None:
        self._cut_off(Outage.BEFORE)
        self.received.append(order)
        refused = self.rejection if order.id not in self.accepted else None
        if refused is None:
            self.accepted.setdefault(order.id, order)
        self._cut_off(Outage.AFTER)
        if refused is not None:
            raise Rejected(refused)

    async def cancel(self, order_id: OrderId) -> None:
        self._cut_off(Outage.BEFORE)
        if order_id not in self.accepted:
            raise NotFound(f"the broker has no order {order_id}")
        self.cancelled.add(order_id)
        self._cut_off(Outage.AFTER)

    async def knows(self, order_id: OrderId) -> bool:
        if self.outage is not None:
            raise Unavailable("the broker does not answer")
        return order_id in self.accepted

    def _cut_off(self, moment: Outage) -> None:
        if self.outage is moment:
            raise Unavailable("the broker does not answer")
