"""Orders: an explicit state machine from intent to its end."""

from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from domain.errors import Conflict, Invalid
from domain.market.symbol import SymbolName
from domain.shared.ids import OrderId, UserId
from domain.shared.money import ZERO, Price, Quantity, exact, positive
from domain.trading.decision import RiskDecision


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"


class TradingMode(StrEnum):
    """Paper orders move no money; every answer that shows an order says which it is."""

    PAPER = "paper"
    LIVE = "live"


class OrderStatus(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"

    @property
    def terminal(self) -> bool:
        return not TRANSITIONS[self]

    @property
    def open(self) -> bool:
        """Whether the order may still trade."""
        return bool(TRANSITIONS[self])


TRANSITIONS = {
    OrderStatus.NEW: frozenset(
        {OrderStatus.ACCEPTED, OrderStatus.REJECTED, OrderStatus.CANCELLED, OrderStatus.EXPIRED}
    ),
    OrderStatus.ACCEPTED: frozenset(
        {OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.EXPIRED}
    ),
    OrderStatus.PARTIALLY_FILLED: frozenset(
        {OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.EXPIRED}
    ),
    OrderStatus.FILLED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.REJECTED: frozenset(),
    OrderStatus.EXPIRED: frozenset(),
}
"""Every legal step; whatever is not here raises `IllegalTransition`."""


class IllegalTransition(Conflict):
    """The order's present status does not allow this step."""

    default_code = "illegal_order_transition"


@frozen(kw_only=True)
class Order:
    """An intent to trade, its risk decision, and how far it got.

    `id` is the client order id: the broker sees at most one order of that id. `created_at` and
    `updated_at` are in the market's clock, which for simulated and replayed markets is not the wall's.
    An order trades on candles that open at or after `created_at`, and expires at `expires_at` if it has one.

    Raises:
        Invalid: a non-positive quantity; a price that the type needs and lacks, or has and does not use;
            a filled quantity that contradicts the status; an expiry that is not after the creation.
    """

    id: OrderId
    symbol: SymbolName
    side: Side
    type: OrderType
    quantity: Quantity
    limit_price: Price | None = None
    stop_price: Price | None = None
    mode: TradingMode
    status: OrderStatus = OrderStatus.NEW
    filled_quantity: Quantity = Quantity(ZERO)
    decision: RiskDecision
    placed_by: UserId | None = None
    strategy: str | None = None
    reason: str | None = None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if not positive(self.quantity):
            raise Invalid("must be greater than zero", field="quantity")
        if not self._filled_as_status_says():
            raise Invalid(f"contradicts the status {self.status}", field="filled_quantity")
        _check_price(self.limit_price, needed=self.type is OrderType.LIMIT, field="limit_price", kind=self.type)
        _check_price(self.stop_price, needed=self.type is OrderType.STOP, field="stop_price", kind=self.type)
        if self.expires_at is not None and self.expires_at <= self.created_at:
            raise Invalid("must be later than the market's clock", field="expires_at")

    def _filled_as_status_says(self) -> bool:
        filled, whole = self.filled_quantity, self.quantity
        if not filled.is_finite():
            return False
        match self.status:
            case OrderStatus.FILLED:
                return filled == whole
            case OrderStatus.PARTIALLY_FILLED:
                return 0 < filled < whole
            case OrderStatus.CANCELLED | OrderStatus.EXPIRED:
                return 0 <= filled < whole
            case _:
                return not filled

    @property
    @exact
    def remaining(self) -> Quantity:
        return Quantity(self.quantity - self.filled_quantity)

    def accept(self, at: datetime) -> "Order":
        """The broker has it."""
        return self._to(OrderStatus.ACCEPTED, at)

    def reject(self, reason: str, at: datetime) -> "Order":
        """Risk or the broker refused it."""
        return self._to(OrderStatus.REJECTED, at, reason=reason)

    def cancel(self, reason: str, at: datetime) -> "Order":
        return self._to(OrderStatus.CANCELLED, at, reason=reason)

    def expire(self, at: datetime) -> "Order":
        return self._to(OrderStatus.EXPIRED, at, reason="expired")

    @exact
    def fill(self, quantity: Quantity, at: datetime) -> "Order":
        """Book an execution.

        Raises:
            Invalid: the quantity is not within what remains.
            IllegalTransition: the order is not at the broker.
        """
        if OrderStatus.FILLED not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"an order that is {self.status} cannot fill")
        if not (positive(quantity) and quantity <= self.remaining):
            raise Invalid("must be positive and within what remains", field="quantity")
        filled = Quantity(self.filled_quantity + quantity)
        status = OrderStatus.FILLED if filled == self.quantity else OrderStatus.PARTIALLY_FILLED
        return self._to(status, at, filled_quantity=filled)

    def _to(self, status: OrderStatus, at: datetime, **changes: object) -> "Order":
        if status not in TRANSITIONS[self.status]:
            raise IllegalTransition(f"an order that is {self.status} cannot become {status}")
        return evolve(self, status=status, updated_at=at, **changes)  # type: ignore[arg-type]


def _check_price(price: Price | None, *, needed: bool, field: str, kind: OrderType) -> None:
    if needed and price is None:
        raise Invalid(f"a {kind} order needs it", field=field)
    if not needed and price is not None:
        raise Invalid(f"a {kind} order does not take it", field=field)
    if price is not None and not positive(price):
        raise Invalid("must be greater than zero", field=field)
