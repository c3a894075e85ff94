"""Risk: each rule at its boundary."""

from decimal import Decimal

import pytest

from domain.trading.order import Order, Side
from domain.trading.risk import Halt, RiskLimits, assess
from support.build import (
    ETH,
    START,
    a_fill,
    a_limit_order,
    a_market,
    a_portfolio,
    a_stop_order,
    an_accepted_order,
    an_order,
    minutes,
    some_marks,
)
from support.risk import a_sale, broken


def test_a_modest_order_is_approved() -> None:
    assert broken(an_order(), limits=RiskLimits()) == []


@pytest.mark.parametrize(("open_orders", "rules"), [(2, []), (3, ["max_open_orders"])])
def test_the_number_of_open_orders_is_limited(open_orders: int, rules: list[str]) -> None:
    market = a_market(*(a_limit_order("1") for _ in range(open_orders)))
    limits = RiskLimits(max_open_orders=3)
    assert broken(an_order(), market=market, limits=limits) == rules
    assert broken(a_sale(), a_portfolio(a_fill()), market, limits) == [], "a way out is never barred by its number"


@pytest.mark.parametrize(("quantity", "rules"), [("100", []), ("100.00001", ["cash", "max_position", "max_exposure"])])
def test_no_more_is_bought_than_there_is_cash_for(quantity: str, rules: list[str]) -> None:
    assert broken(an_order(quantity=quantity)) == rules


@pytest.mark.parametrize(("quantity", "rules"), [("40", []), ("40.00001", ["cash"])])
def test_pending_buys_count_against_the_cash(quantity: str, rules: list[str]) -> None:
    market = a_market(a_limit_order("100", quantity="30"), an_accepted_order(symbol=ETH, quantity="300"))
    assert [rule for rule in broken(an_order(quantity=quantity), market=market) if rule == "cash"] == rules


@pytest.mark.parametrize(("quantity", "rules"), [("25", []), ("25.00001", ["max_position"])])
def test_one_symbol_holds_no_more_than_its_share(quantity: str, rules: list[str]) -> None:
    assert broken(an_order(quantity=quantity), limits=RiskLimits()) == rules


@pytest.mark.parametrize(("quantity", "rules"), [("5", []), ("5.00001", ["max_position"])])
def test_what_is_held_and_pending_counts_against_the_share(quantity: str, rules: list[str]) -> None:
    portfolio = a_portfolio(a_fill(quantity="10"), a_fill(symbol=ETH, price="10", quantity="100"))
    market = a_market(an_accepted_order(quantity="10"), an_accepted_order(symbol=ETH))
    assert broken(an_order(quantity=quantity), portfolio, market, RiskLimits()) == rules


@pytest.mark.parametrize(("filled", "rules"), [("5", []), ("4.99999", ["max_position"])])
def test_only_what_remains_of_a_pending_buy_counts(filled: str, rules: list[str]) -> None:
    pending = an_accepted_order(quantity="10").fill(Decimal(filled), START)
    assert broken(an_order(quantity="20"), market=a_market(pending), limits=RiskLimits()) == rules


def test_a_pending_sale_leaves_no_more_room_to_buy() -> None:
    portfolio = a_portfolio(a_fill(quantity="20"))
    market = a_market(an_accepted_order(side=Side.SELL, quantity="20"))
    assert broken(an_order(quantity="5"), portfolio, market, RiskLimits()) == []
    assert broken(an_order(quantity="5.00001"), portfolio, market, RiskLimits()) == ["max_position"]


@pytest.mark.parametrize(("quantity", "rules"), [("20", []), ("20.00001", ["max_exposure"])])
def test_all_symbols_together_hold_no_more_than_their_share(quantity: str, rules: list[str]) -> None:
    portfolio = a_portfolio(a_fill(symbol=ETH, price="10", quantity="250"))
    market = a_market(an_accepted_order(symbol="SOL/USDT", quantity="5"), prices={**a_market().prices, "SOL/USDT": 100})
    limits = RiskLimits(max_exposure=Decimal("0.50"))
    assert broken(an_order(quantity=quantity), portfolio, market, limits) == rules


@pytest.mark.parametrize(("start", "rules"), [("10526.31", []), ("10526.32", ["max_daily_loss"])])
def test_entries_stop_at_the_daily_loss(start: str, rules: list[str]) -> None:
    market = a_market(marks=some_marks(day_start=start))
    assert broken(an_order(), market=market, limits=RiskLimits()) == rules


@pytest.mark.parametrize(("peak", "rules"), [("12500", []), ("12500.01", ["max_drawdown"])])
def test_entries_stop_at_the_drawdown(peak: str, rules: list[str]) -> None:
    market = a_market(marks=some_marks(peak=peak))
    assert broken(an_order(), market=market, limits=RiskLimits()) == rules


def test_a_new_day_starts_the_daily_loss_over_but_not_the_drawdown() -> None:
    marks = some_marks(day_start="20000", peak="20000")
    decision = assess(
        an_order(), a_portfolio(), a_market(marks=marks, now=START + minutes(12 * 60)), RiskLimits(), Halt()
    )
    assert [violation.rule for violation in decision.violations] == ["max_drawdown"]


def test_losses_do_not_stop_a_sale() -> None:
    portfolio = a_portfolio(a_fill(quantity="90"))
    for marks in (some_marks(day_start="99999", peak="99999"), None):
        assert broken(a_sale("90"), portfolio, a_market(marks=marks), RiskLimits()) == []


@pytest.mark.parametrize(("quantity", "rules"), [("0.5", []), ("0.50001", ["holding"])])
def test_no_more_is_sold_than_is_held_and_not_promised(quantity: str, rules: list[str]) -> None:
    portfolio = a_portfolio(a_fill(quantity="2"), a_fill(symbol=ETH))
    pending = an_accepted_order(side=Side.SELL, quantity="2").fill(Decimal("0.5"), START)
    market = a_market(pending, an_accepted_order(side=Side.SELL, symbol=ETH), an_accepted_order())
    assert broken(a_sale(quantity), portfolio, market) == rules


@pytest.mark.parametrize(
    ("order", "cost"),
    [(a_limit_order("90"), 90), (a_limit_order("120"), 120), (a_stop_order("90"), 100), (a_stop_order("120"), 120)],
)
def test_an_order_is_measured_by_the_most_it_is_expected_to_cost(order: Order, cost: int) -> None:
    assert broken(order, a_portfolio(starting_balance=cost), a_market(marks=some_marks("100"))) == []
    poor = a_portfolio(starting_balance=Decimal(cost) - Decimal("0.01"))
    assert "cash" in broken(order, poor, a_market(marks=some_marks("100")))


def test_every_broken_rule_is_told_with_its_figures() -> None:
    decision = assess(an_order(quantity="110"), a_portfolio(), a_market(), RiskLimits(), Halt())
    assert decision.summary == (
        "cash: 11000 (limit 10000); max_position: 11000 (limit 2500); max_exposure: 11000 (limit 8000)"
    )
