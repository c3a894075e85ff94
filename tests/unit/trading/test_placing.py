"""Placing: an order fits its market without asking for more or for worse than its owner did."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.market.symbol import Symbol
from domain.trading.order import Order, OrderStatus, OrderType, Side
from domain.trading.placing import decided, rounded
from domain.trading.risk import Halt, RiskLimits
from support.build import START, a_limit_order, a_market, a_portfolio, a_stop_order, a_symbol, an_order, minutes
from support.generate import positive_amounts, sides, symbols


def test_the_quantity_is_rounded_down() -> None:
    assert rounded(an_order(quantity="1.2399"), a_symbol(quantity_step="0.05"), a_market()).quantity == Decimal("1.20")


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, "100.05"), (Side.SELL, "100.10")])
def test_prices_are_rounded_in_the_traders_favour(side: Side, price: str) -> None:
    symbol = a_symbol(price_tick="0.05")
    assert rounded(a_limit_order("100.07", side=side), symbol, a_market()).limit_price == Decimal(price)
    assert rounded(a_stop_order("100.07", side=side), symbol, a_market()).stop_price == Decimal(price)


def test_less_than_one_step_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        rounded(an_order(quantity="0.049"), a_symbol(quantity_step="0.05"), a_market())
    assert refusal.value.field == "quantity"


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (a_limit_order("0.04", quantity="1000"), "limit_price"),
        (a_limit_order("0.04", quantity="1000", side=Side.SELL), "limit_price"),
        (a_stop_order("0.04", quantity="1000"), "stop_price"),
    ],
)
def test_a_price_below_the_first_tick_is_refused(order: Order, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rounded(order, a_symbol(price_tick="0.05"), a_market())
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("order", "least"),
    [(an_order(), "100"), (a_limit_order("90"), "90"), (a_stop_order("110"), "110")],
)
def test_an_order_must_be_worth_the_minimum(order: Order, least: str) -> None:
    assert rounded(order, a_symbol(minimum_notional=least), a_market()).quantity == 1
    with pytest.raises(Invalid) as refusal:
        rounded(order, a_symbol(minimum_notional=least + ".01"), a_market())
    assert refusal.value.field == "quantity"


def test_the_minimum_is_measured_after_rounding() -> None:
    with pytest.raises(Invalid):
        rounded(an_order(quantity="0.99"), a_symbol(quantity_step="0.5", minimum_notional="99"), a_market())


def test_without_a_price_the_decision_is_left_to_risk() -> None:
    market = a_market(prices={})
    order = rounded(an_order(quantity="0.00001"), a_symbol(), market)
    refused = decided(order, a_portfolio(), market, RiskLimits(), Halt())
    assert [violation.rule for violation in refused.decision.violations] == ["price_known"]


@given(st.data(), symbols(), sides, positive_amounts, positive_amounts)
def test_rounding_never_asks_for_more_or_for_a_worse_price(
    data: st.DataObject, symbol: Symbol, side: Side, quantity: Decimal, price: Decimal
) -> None:
    kind = data.draw(st.sampled_from([OrderType.LIMIT, OrderType.MARKET]))
    limit = price if kind is OrderType.LIMIT else None
    try:
        order = rounded(an_order(side=side, type=kind, quantity=quantity, limit_price=limit), symbol, a_market())
    except Invalid:
        return
    assert 0 < order.quantity <= quantity
    assert quantity - order.quantity < symbol.quantity_step
    if order.limit_price is not None:
        assert order.limit_price <= price if side is Side.BUY else order.limit_price >= price
        assert order.quantity * order.limit_price >= symbol.minimum_notional


def test_an_approved_order_stays_new_with_its_decision() -> None:
    now = START + minutes(5)
    order = decided(an_order(created_at=now), a_portfolio(), a_market(now=now), RiskLimits(), Halt())
    assert (order.status, order.decision.approved, order.decision.decided_at) == (OrderStatus.NEW, True, now)


def test_a_refused_order_is_rejected_with_the_rules_it_broke() -> None:
    order = decided(an_order(quantity="26"), a_portfolio(), a_market(), RiskLimits(), Halt())
    assert order.status is OrderStatus.REJECTED
    assert order.reason == order.decision.summary == "max_position: 2600 (limit 2500)"
