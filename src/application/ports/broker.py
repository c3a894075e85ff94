"""The trading side of an exchange."""

from typing import Protocol

from domain.shared.ids import OrderId
from domain.trading.fill_model import FillModel
from domain.trading.order import Order, TradingMode


class Broker(Protocol):
    """Takes orders. The order's id is the client order id: the same id is never executed twice.

    Every call may raise `Unavailable` when it is not known whether the broker received it.
    """

    @property
    def mode(self) -> TradingMode:
        """Whether money moves."""
        ...

    @property
    def fill_model(self) -> FillModel | None:
        """How closed candles fill its orders; None where the broker reports executions of its own."""
        ...

    async def place(self, order: Order) -> None:
        """Hand over an order; a repeated id changes nothing. Raises Rejected with the broker's reason."""
        ...

    async def cancel(self, order_id: OrderId) -> None:
        """Take an order back; raises NotFound if the broker never had it."""
        ...

    async def knows(self, order_id: OrderId) -> bool:
        """Whether the broker received an order of that id."""
        ...
