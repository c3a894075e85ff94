"""Orders in flight: what they may still buy or sell."""

from attrs import frozen

from domain.errors import Invalid
from domain.market.symbol import SymbolName
from domain.shared.money import Price, Quantity, positive
from domain.trading.order import Order, OrderType, Side


@frozen(kw_only=True)
class InFlight:
    """What is left of an open order: all that deciding on the next one needs to know of it.

    Raises:
        Invalid: nothing is left.
    """

    symbol: SymbolName
    side: Side
    type: OrderType
    remaining: Quantity
    limit_price: Price | None = None
    stop_price: Price | None = None

    def __attrs_post_init__(self) -> None:
        if not positive(self.remaining):
            raise Invalid("must be greater than zero", field="remaining")

    @classmethod
    def of(cls, order: Order) -> "InFlight":
        return cls(
            symbol=order.symbol,
            side=order.side,
            type=order.type,
            remaining=order.remaining,
            limit_price=order.limit_price,
            stop_price=order.stop_price,
        )
