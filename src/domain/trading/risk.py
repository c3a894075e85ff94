"""Risk: no order without a decision, and no approval without every figure the rules need."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from attrs import evolve, field, frozen

from domain.errors import Invalid
from domain.market.symbol import SymbolName
from domain.shared.ids import UserId
from domain.shared.money import ZERO, Money, Quantity, exact, positive, text
from domain.trading.decision import RiskDecision, Violation
from domain.trading.in_flight import InFlight
from domain.trading.order import Order, OrderType, Side
from domain.trading.portfolio import Portfolio, Prices


def _fraction(_: object, attribute: object, value: Decimal) -> None:
    if not (positive(value) and value <= 1):
        raise Invalid("must be greater than 0 and at most 1", field=getattr(attribute, "name", "limit"))


@frozen(kw_only=True)
class RiskLimits:
    """Fractions of equity that trading must stay within.

    Raises:
        Invalid: a limit is not in (0, 1].
    """

    max_position: Decimal = field(default=Decimal("0.25"), validator=_fraction)
    """Largest share of equity held in one symbol."""
    max_exposure: Decimal = field(default=Decimal("0.80"), validator=_fraction)
    """Largest share of equity held in all symbols together."""
    max_daily_loss: Decimal = field(default=Decimal("0.05"), validator=_fraction)
    """Largest loss since the day's first equity, UTC, before entries stop."""
    max_drawdown: Decimal = field(default=Decimal("0.20"), validator=_fraction)
    """Largest fall from the highest equity so far before entries stop."""
    max_open_orders: int = field(default=100)
    """Most orders in flight at once, all symbols together."""

    @max_open_orders.validator
    def _check_count(self, _: object, value: int) -> None:
        if not 1 <= value <= 1000:
            raise Invalid("must be at least 1 and at most 1000", field="max_open_orders")


@frozen(kw_only=True)
class Halt:
    """The kill switch: while `halted`, only a person's order that reduces a position passes."""

    halted: bool = False
    reason: str = ""
    changed_by: UserId | None = None
    changed_at: datetime | None = None


DAY = timedelta(days=1)


@frozen(kw_only=True)
class EquityMarks:
    """The equity that losses are measured from: the day's first and the highest so far."""

    day: datetime
    day_start: Money
    peak: Money
    as_of: datetime

    @classmethod
    def first(cls, equity: Money, at: datetime) -> "EquityMarks":
        return cls(day=_day(at), day_start=equity, peak=equity, as_of=at)

    def seen(self, equity: Money, at: datetime) -> "EquityMarks":
        """The marks after `equity` was seen at `at`."""
        if at >= self.day + DAY:
            return EquityMarks(day=_day(at), day_start=equity, peak=max(self.peak, equity), as_of=at)
        if equity > self.peak:
            return evolve(self, peak=equity, as_of=at)
        return self


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


@frozen(kw_only=True)
class MarketView:
    """What a decision may know of the market: valuation prices, the marks, and the orders in flight."""

    now: datetime
    prices: Prices
    marks: EquityMarks | None
    open_orders: Sequence[Order | InFlight] = ()


@exact
def assess(
    order: Order, portfolio: Portfolio, market: MarketView, limits: RiskLimits | None, halt: Halt | None
) -> RiskDecision:
    """Decide on `order`; fail closed.

    Orders in flight count as if they had filled. An order that only reduces a holding is spared the
    rules that limit holdings and losses. Whatever figure is missing is itself a violation.
    """
    return RiskDecision(decided_at=market.now, violations=tuple(_violations(order, portfolio, market, limits, halt)))


def _violations(
    order: Order, portfolio: Portfolio, market: MarketView, limits: RiskLimits | None, halt: Halt | None
) -> Iterable[Violation]:
    if limits is None or halt is None:
        yield Violation(rule="limits_known", observed="no limits on record", limit="limits on record")
        return
    if halt.halted and (order.strategy is not None or order.side is Side.BUY):
        yield Violation(rule="trading_halted", observed=halt.reason or "halted", limit="not halted")
    if order.side is Side.BUY and len(market.open_orders) >= limits.max_open_orders:
        yield Violation(
            rule="max_open_orders",
            observed=str(len(market.open_orders) + 1),
            limit=str(limits.max_open_orders),
        )
    quote = order.symbol.partition("/")[2]
    if quote != portfolio.account.currency:
        yield Violation(rule="account_currency", observed=quote, limit=portfolio.account.currency)
        return
    price = _reference_price(order, market)
    if price is None:
        yield Violation(rule="price_known", observed=f"no price for {order.symbol}", limit="a price")
        return
    if order.side is Side.SELL:
        yield from _selling(order, portfolio, market)
        return
    if any(position.symbol not in market.prices for position in portfolio.held):
        yield Violation(rule="price_known", observed="a holding has no price", limit="a price for each holding")
        return
    pending = _pending_buys(market)
    if pending is None:
        yield Violation(rule="price_known", observed="an open order has no price", limit="a price for each order")
        return
    yield from _buying(order, price, pending, portfolio, market, limits)


def _pending_buys(market: MarketView) -> dict[SymbolName, Decimal] | None:
    """What the buys in flight may still cost, by symbol; None when one of them cannot be priced."""
    pending: dict[SymbolName, Decimal] = {}
    for order in market.open_orders:
        if order.side is Side.BUY:
            price = _reference_price(order, market)
            if price is None:
                return None
            pending[order.symbol] = pending.get(order.symbol, ZERO) + order.remaining * price
    return pending


def _selling(order: Order, portfolio: Portfolio, market: MarketView) -> Iterable[Violation]:
    free = unpromised(portfolio, order.symbol, market.open_orders)
    if order.quantity > free:
        yield Violation(rule="holding", observed=text(order.quantity), limit=text(free))


@exact
def unpromised(portfolio: Portfolio, symbol: SymbolName, open_orders: Iterable[Order | InFlight]) -> Quantity:
    """What is held of `symbol` and no order in flight is selling."""
    promised = sum((o.remaining for o in open_orders if o.side is Side.SELL and o.symbol == symbol), ZERO)
    return Quantity(portfolio.position(symbol).quantity - promised)


def _buying(
    order: Order,
    price: Decimal,
    pending: dict[SymbolName, Decimal],
    portfolio: Portfolio,
    market: MarketView,
    limits: RiskLimits,
) -> Iterable[Violation]:
    prices = market.prices
    cost = order.quantity * price
    committed = sum(pending.values(), ZERO)
    equity = portfolio.equity(prices)
    if cost > portfolio.cash - committed:
        yield Violation(rule="cash", observed=text(cost), limit=text(portfolio.cash - committed))
    position = portfolio.position(order.symbol)
    size = position.quantity * prices.get(order.symbol, price) + pending.get(order.symbol, ZERO) + cost
    if size > limits.max_position * equity:
        yield Violation(rule="max_position", observed=text(size), limit=text(limits.max_position * equity))
    exposure = portfolio.value(prices) + committed + cost
    if exposure > limits.max_exposure * equity:
        yield Violation(rule="max_exposure", observed=text(exposure), limit=text(limits.max_exposure * equity))
    yield from _losses(equity, market, limits)


def _losses(equity: Money, market: MarketView, limits: RiskLimits) -> Iterable[Violation]:
    if market.marks is None:
        yield Violation(rule="losses_known", observed="no equity on record", limit="equity on record")
        return
    marks = market.marks.seen(equity, market.now)
    for rule, start, limit in (
        ("max_daily_loss", marks.day_start, limits.max_daily_loss),
        ("max_drawdown", marks.peak, limits.max_drawdown),
    ):
        loss = start - equity
        if loss > limit * start:
            yield Violation(rule=rule, observed=text(loss), limit=text(limit * start))


def _reference_price(order: Order | InFlight, market: MarketView) -> Decimal | None:
    """The most that one unit is expected to cost or bring."""
    if order.type is OrderType.LIMIT:
        return order.limit_price
    last = market.prices.get(order.symbol)
    if order.type is OrderType.STOP and last is not None and order.stop_price is not None:
        return max(last, order.stop_price)
    return last
