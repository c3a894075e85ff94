"""Records: what a stretch of trading wants put on record."""

from attrs import define, field

from domain.market.candle import Candle
from domain.market.symbol import SymbolName
from domain.shared.events import Event
from domain.shared.ids import OrderId
from domain.trading.fill import Fill
from domain.trading.order import Order
from domain.trading.portfolio import EquityPoint


@define(kw_only=True)
class Records:
    """Everything that is new or changed."""

    orders: dict[OrderId, Order] = field(factory=dict)
    """Every order that is new or changed, as it stands now."""
    placed: set[OrderId] = field(factory=set)
    """Which of them are new."""
    fills: list[Fill] = field(factory=list)
    events: list[Event] = field(factory=list)
    equity: list[EquityPoint] = field(factory=list)
    traded: dict[SymbolName, Candle] = field(factory=dict)
    """The last candle of each symbol."""
    intents: list[Order] = field(factory=list)
    """Approved orders that the broker has not seen yet; they are in `orders` too."""
