"""Placing: an intent becomes an order on record, rounded to its market and with its risk decision."""

from attrs import evolve

from domain.errors import Invalid
from domain.market.symbol import Symbol
from domain.shared.money import Price, exact, text
from domain.trading.order import Order, Side
from domain.trading.portfolio import Portfolio
from domain.trading.risk import Halt, MarketView, RiskLimits, assess


@exact
def rounded(order: Order, symbol: Symbol, market: MarketView) -> Order:
    """The order in its market's steps: the quantity down, prices in the trader's favour.

    Raises:
        Invalid: nothing remains of the quantity, a price is below the first tick, or the order is worth
            less than the market's minimum.
    """
    quantity = symbol.quantity_down(order.quantity)
    if not quantity:
        raise Invalid(f"must be at least one step of {text(symbol.quantity_step)}", field="quantity")
    limit = _on_tick(order.limit_price, order.side, symbol, field="limit_price")
    stop = _on_tick(order.stop_price, order.side, symbol, field="stop_price")
    price = limit or stop or market.prices.get(order.symbol)
    if price is not None and quantity * price < symbol.minimum_notional:
        least = text(symbol.minimum_notional)
        raise Invalid(f"{order.symbol} orders are worth at least {least} {symbol.quote}", field="quantity")
    if (quantity, limit, stop) == (order.quantity, order.limit_price, order.stop_price):
        return order
    return evolve(order, quantity=quantity, limit_price=limit, stop_price=stop)


def _on_tick(price: Price | None, side: Side, symbol: Symbol, *, field: str) -> Price | None:
    if price is None:
        return None
    if price < symbol.price_tick:
        raise Invalid(f"must be at least one tick of {text(symbol.price_tick)}", field=field)
    return symbol.price_down(price) if side is Side.BUY else symbol.price_up(price)


def decided(
    order: Order, portfolio: Portfolio, market: MarketView, limits: RiskLimits | None, halt: Halt | None
) -> Order:
    """The order with its risk decision: still new when approved, rejected with the reasons when not."""
    decision = assess(order, portfolio, market, limits, halt)
    order = evolve(order, decision=decision)
    return order if decision.approved else order.reject(decision.summary, market.now)
