"""Order books: what is offered at which price."""

from datetime import datetime

from attrs import frozen

from domain.errors import Invalid
from domain.market.symbol import Source, SymbolName
from domain.shared.money import Price, Quantity, not_negative, positive


@frozen
class Level:
    """A price and the quantity offered there.

    Raises:
        Invalid: the price is not positive, or the quantity is negative.
    """

    price: Price
    quantity: Quantity

    def __attrs_post_init__(self) -> None:
        if not positive(self.price):
            raise Invalid("must be greater than zero", field="price")
        if not not_negative(self.quantity):
            raise Invalid("must not be negative", field="quantity")


@frozen(kw_only=True)
class OrderBook:
    """Bids from the highest down, asks from the lowest up.

    Raises:
        Invalid: a side is out of order, or the best bid is not below the best ask.
    """

    symbol: SymbolName
    source: Source
    time: datetime
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]

    def __attrs_post_init__(self) -> None:
        bids = [level.price for level in self.bids]
        asks = [level.price for level in self.asks]
        if bids != sorted(bids, reverse=True):
            raise Invalid("must run from the highest price down", field="bids")
        if asks != sorted(asks):
            raise Invalid("must run from the lowest price up", field="asks")
        if bids and asks and bids[0] >= asks[0]:
            raise Invalid("the best bid must be below the best ask", field="bids")
