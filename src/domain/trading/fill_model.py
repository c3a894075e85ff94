"""The paper exchange's fill model: what a closed candle would have done to an order.

Market orders fill at the open of the next candle, limit and stop orders when a price touches them.
Slippage moves market and stop fills against the trader and the price is then rounded to the tick,
again against the trader. No fill is larger than `participation` of the candle's volume.
"""

from decimal import Decimal

from attrs import field, frozen

from domain.errors import Invalid
from domain.market.candle import Candle
from domain.market.symbol import Symbol
from domain.shared.money import CENTS, Money, Price, Quantity, basis_points, exact, not_negative, positive, round_to
from domain.trading.fill import Execution
from domain.trading.order import Order, OrderType, Side


def _basis_points(_: object, attribute: object, value: Decimal) -> None:
    if not (not_negative(value) and value < 10_000):
        raise Invalid("must be at least 0 and below 10000", field=getattr(attribute, "name", "basis points"))


def _part(_: object, attribute: object, value: Decimal) -> None:
    if not (positive(value) and value <= 1):
        raise Invalid("must be greater than 0 and at most 1", field=getattr(attribute, "name", "part"))


@frozen(kw_only=True)
class FillModel:
    """Slippage and fee in basis points (hundredths of a percent) of price and notional.

    Raises:
        Invalid: slippage or fee would leave nothing, or `participation` is not in (0, 1].
    """

    slippage_bps: Decimal = field(default=Decimal(2), validator=_basis_points)
    fee_bps: Decimal = field(default=Decimal(10), validator=_basis_points)
    participation: Decimal = field(default=Decimal("0.1"), validator=_part)

    @exact
    def match(self, order: Order, candle: Candle, symbol: Symbol) -> Execution | None:
        """The execution that `candle` brings `order`, if any.

        A candle that opened before the order was created brings nothing: its prices were known then.
        """
        if candle.open_time < order.created_at:
            return None
        touched = self._price(order, candle, symbol)
        available = symbol.quantity_down(candle.volume * self.participation)
        quantity = min(order.remaining, available)
        if touched is None or not quantity:
            return None
        at = candle.open_time if order.type is OrderType.MARKET else candle.close_time
        return Execution(price=touched, quantity=quantity, fee=self.fee(touched, quantity), at=at)

    @exact
    def fee(self, price: Price, quantity: Quantity) -> Money:
        """The fee, rounded up to the smallest booked unit but never above what is traded."""
        notional = price * quantity
        return Money(min(notional, round_to(basis_points(notional, self.fee_bps), CENTS, "up")))

    @exact
    def affordable(self, execution: Execution, cash: Money, symbol: Symbol) -> Execution | None:
        """The part of a buy that `cash` can pay for, fee included."""
        if execution.price * execution.quantity + execution.fee <= cash:
            return execution
        unit_cost = execution.price + basis_points(execution.price, self.fee_bps)
        step = symbol.quantity_step
        quantity = Quantity((cash - CENTS) // (unit_cost * step) * step)
        if quantity <= 0:
            return None
        return Execution(
            price=execution.price, quantity=quantity, fee=self.fee(execution.price, quantity), at=execution.at
        )

    def _price(self, order: Order, candle: Candle, symbol: Symbol) -> Price | None:
        buying = order.side is Side.BUY
        if order.type is OrderType.LIMIT and order.limit_price is not None:
            return _limit_touch(order.limit_price, candle, buying=buying)
        if order.type is OrderType.STOP and order.stop_price is not None:
            triggered = _stop_touch(order.stop_price, candle, buying=buying)
            return None if triggered is None else self._slipped(triggered, symbol, buying=buying)
        return self._slipped(candle.open, symbol, buying=buying)

    def _slipped(self, price: Price, symbol: Symbol, *, buying: bool) -> Price:
        slip = basis_points(price, self.slippage_bps)
        return symbol.price_up(price + slip) if buying else symbol.price_down(price - slip)


def _limit_touch(limit: Price, candle: Candle, *, buying: bool) -> Price | None:
    """A limit fills at the limit, or better where the candle already opened beyond it."""
    if buying:
        return min(limit, candle.open) if candle.low <= limit else None
    return max(limit, candle.open) if candle.high >= limit else None


def _stop_touch(stop: Price, candle: Candle, *, buying: bool) -> Price | None:
    """A stop triggers at its price, or worse where the candle already opened beyond it."""
    if buying:
        return max(stop, candle.open) if candle.high >= stop else None
    return min(stop, candle.open) if candle.low <= stop else None
