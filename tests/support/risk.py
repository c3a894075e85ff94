"""Ask risk about an order: which rules does it break?"""

from decimal import Decimal
from typing import Any

from domain.trading.order import Order, Side
from domain.trading.portfolio import Portfolio
from domain.trading.risk import Halt, MarketView, RiskLimits, assess
from support.build import START, a_market, a_portfolio, an_order

ALL = Decimal(1)
LOOSE = RiskLimits(max_position=ALL, max_exposure=ALL, max_daily_loss=ALL, max_drawdown=ALL)
TRADING = Halt()
HALTED = Halt(halted=True, reason="enough")


def broken(
    order: Order,
    portfolio: Portfolio | None = None,
    market: MarketView | None = None,
    limits: RiskLimits | None = LOOSE,
    halt: Halt | None = TRADING,
) -> list[str]:
    """The rules that `order` breaks."""
    decision = assess(order, portfolio or a_portfolio(), market or a_market(), limits, halt)
    assert decision.approved is (not decision.violations)
    assert decision.decided_at == START
    return [violation.rule for violation in decision.violations]


def a_sale(quantity: str = "1", **changes: Any) -> Order:
    return an_order(side=Side.SELL, quantity=quantity, **changes)
