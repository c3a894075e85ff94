"""Risk: whenever a figure is missing or trading is halted, it refuses."""

from decimal import Decimal

import pytest

from domain.errors import Invalid
from domain.trading.order import Order, Side
from domain.trading.risk import Halt, RiskLimits, assess
from support.build import BTC, ETH, a_fill, a_market, a_portfolio, a_stop_order, an_accepted_order, an_order
from support.risk import HALTED, LOOSE, a_sale, broken


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("limits", "halt"), [(None, Halt()), (LOOSE, None), (None, None)])
def test_without_limits_or_halt_on_record_nothing_passes(
    side: Side, limits: RiskLimits | None, halt: Halt | None
) -> None:
    assert broken(an_order(side=side), a_portfolio(a_fill()), limits=limits, halt=halt) == ["limits_known"]


@pytest.mark.parametrize("order", [an_order(), a_sale(), a_stop_order("100")])
def test_without_a_price_nothing_passes(order: Order) -> None:
    portfolio = a_portfolio(a_fill())
    assert broken(order, portfolio, a_market(prices={ETH: Decimal(10)})) == ["price_known"]


def test_a_holding_without_a_price_stops_buying() -> None:
    portfolio = a_portfolio(a_fill(symbol=ETH))
    market = a_market(prices={BTC: Decimal(100)})
    assert broken(an_order(), portfolio, market) == ["price_known"]


def test_a_pending_buy_without_a_price_stops_buying() -> None:
    market = a_market(an_accepted_order(symbol=ETH), prices={BTC: Decimal(100)})
    assert broken(an_order(), market=market) == ["price_known"]


def test_without_equity_on_record_nothing_is_bought() -> None:
    assert broken(an_order(), market=a_market(marks=None)) == ["losses_known"]


def test_another_currency_than_the_accounts_is_not_traded() -> None:
    market = a_market(prices={"ETH/BTC": Decimal("0.05"), BTC: Decimal(100)})
    assert broken(an_order(symbol="ETH/BTC"), market=market) == ["account_currency"]
    assert broken(an_order(), a_portfolio(currency="EUR"), market) == ["account_currency"]


@pytest.mark.parametrize(
    ("order", "rules"),
    [
        (an_order(), ["trading_halted"]),
        (an_order(strategy="hold"), ["trading_halted"]),
        (a_sale(strategy="hold"), ["trading_halted"]),
        (a_sale(), []),
    ],
)
def test_while_halted_only_a_person_may_sell(order: Order, rules: list[str]) -> None:
    assert broken(order, a_portfolio(a_fill()), halt=HALTED) == rules


def test_a_halt_is_recorded_with_its_reason() -> None:
    (violation,) = assess(an_order(), a_portfolio(), a_market(), LOOSE, HALTED).violations
    assert (violation.rule, violation.observed) == ("trading_halted", "enough")


def test_a_holding_without_a_price_does_not_stop_the_sale_of_another() -> None:
    portfolio = a_portfolio(a_fill(), a_fill(symbol=ETH))
    assert broken(a_sale(), portfolio, a_market(prices={BTC: Decimal(100)})) == []


@pytest.mark.parametrize("field", ["max_position", "max_exposure", "max_daily_loss", "max_drawdown"])
@pytest.mark.parametrize("odd", ["0", "-0.1", "1.000000000000000001", "NaN", "Infinity"])
def test_a_limit_is_a_share(field: str, odd: str) -> None:
    with pytest.raises(Invalid) as refusal:
        RiskLimits(**{field: Decimal(odd)})
    assert refusal.value.field == field


@pytest.mark.parametrize("odd", [0, -1, 1001])
def test_the_number_of_orders_has_bounds(odd: int) -> None:
    with pytest.raises(Invalid) as refusal:
        RiskLimits(max_open_orders=odd)
    assert refusal.value.field == "max_open_orders"
