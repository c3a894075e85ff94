"""Fills: executions that happened; everything owned is folded from them."""

from datetime import datetime

from attrs import frozen

from domain.errors import Invalid
from domain.market.symbol import SymbolName
from domain.shared.ids import FillId, OrderId
from domain.shared.money import Money, Price, Quantity, not_negative, positive
from domain.trading.order import Side, TradingMode


@frozen(kw_only=True)
class Execution:
    """What the market gave an order: a quantity at a price, for a fee in the quote currency."""

    price: Price
    quantity: Quantity
    fee: Money
    at: datetime


@frozen(kw_only=True, cache_hash=True)  # what is made of a fill is remembered by it
class Fill:
    """An execution on record.

    Raises:
        Invalid: a price or quantity that is not positive, or a negative fee.
    """

    id: FillId
    order_id: OrderId
    symbol: SymbolName
    side: Side
    price: Price
    quantity: Quantity
    fee: Money
    executed_at: datetime
    mode: TradingMode
    strategy: str | None = None

    @property
    def moment(self) -> tuple[datetime, FillId]:
        """Its place among all fills, which is the same wherever and whenever they are recorded."""
        return self.executed_at, self.id

    def __attrs_post_init__(self) -> None:
        if not positive(self.price):
            raise Invalid("must be greater than zero", field="price")
        if not positive(self.quantity):
            raise Invalid("must be greater than zero", field="quantity")
        if not not_negative(self.fee):
            raise Invalid("must not be negative", field="fee")
