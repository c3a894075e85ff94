"""What trading tells the outbox."""

from attrs import frozen

from domain.market.symbol import SymbolName
from domain.shared.events import Event
from domain.shared.ids import OrderId, UserId
from domain.shared.money import Money, Price, Quantity
from domain.trading.order import Side, TradingMode


@frozen(kw_only=True)
class OrderFilled(Event):
    """An execution; `complete` when nothing of the order remains."""

    order_id: OrderId
    symbol: SymbolName
    side: Side
    quantity: Quantity
    price: Price
    fee: Money
    complete: bool
    mode: TradingMode
    strategy: str | None = None
    reason: str | None = None


@frozen(kw_only=True)
class OrderEnded(Event):
    """An order ended without filling completely: rejected, cancelled or expired."""

    order_id: OrderId
    symbol: SymbolName
    side: Side
    quantity: Quantity
    status: str
    reason: str
    mode: TradingMode


@frozen(kw_only=True)
class TradingHalted(Event):
    reason: str
    by: UserId | None


@frozen(kw_only=True)
class TradingResumed(Event):
    by: UserId | None
