"""The fill model: what a candle does to an order, at given figures."""

from decimal import Decimal
from typing import Any

import pytest

from domain.errors import Invalid
from domain.shared.money import Price, Quantity
from domain.trading.fill import Execution
from domain.trading.fill_model import FillModel
from domain.trading.order import Order, Side
from support.build import START, a_candle, a_limit_order, a_stop_order, a_symbol, an_accepted_order, minutes

FREE = FillModel(slippage_bps=Decimal(0), fee_bps=Decimal(0))
CANDLE = {"open": "100", "high": "110", "low": "90", "close": "105"}


def matched(order: Order, model: FillModel = FREE, **candle: Any) -> Execution | None:
    return model.match(order, a_candle(**(CANDLE | candle)), a_symbol())


def price_of(order: Order, model: FillModel = FREE, **candle: Any) -> Decimal | None:
    execution = matched(order, model, **candle)
    return execution and execution.price


@pytest.mark.parametrize("side", Side)
def test_a_market_order_fills_at_the_open(side: Side) -> None:
    execution = matched(an_accepted_order(side=side))
    assert execution is not None
    assert (execution.price, execution.quantity, execution.fee, execution.at) == (100, 1, 0, START)


@pytest.mark.parametrize(
    ("side", "limit", "price"),
    [
        (Side.BUY, "89.99", None),
        (Side.BUY, "90", "90"),
        (Side.BUY, "95", "95"),
        (Side.BUY, "100", "100"),
        (Side.BUY, "105", "100"),
        (Side.SELL, "110.01", None),
        (Side.SELL, "110", "110"),
        (Side.SELL, "105", "105"),
        (Side.SELL, "100", "100"),
        (Side.SELL, "95", "100"),
    ],
)
def test_a_limit_fills_at_its_price_or_at_a_better_open(side: Side, limit: str, price: str | None) -> None:
    expected = None if price is None else Decimal(price)
    assert price_of(a_limit_order(limit, side=side), FillModel()) == expected


@pytest.mark.parametrize(
    ("side", "stop", "price"),
    [
        (Side.BUY, "110.01", None),
        (Side.BUY, "110", "110"),
        (Side.BUY, "105", "105"),
        (Side.BUY, "95", "100"),
        (Side.SELL, "89.99", None),
        (Side.SELL, "90", "90"),
        (Side.SELL, "95", "95"),
        (Side.SELL, "105", "100"),
    ],
)
def test_a_stop_fills_at_its_price_or_at_a_worse_open(side: Side, stop: str, price: str | None) -> None:
    assert price_of(a_stop_order(stop, side=side)) == (None if price is None else Decimal(price))


def test_limit_and_stop_orders_fill_by_the_close_of_the_candle() -> None:
    for order in (a_limit_order("95"), a_stop_order("105")):
        execution = matched(order)
        assert execution is not None
        assert execution.at == START + minutes(5)


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, "100.02"), (Side.SELL, "99.98")])
def test_slippage_moves_the_price_against_the_trader(side: Side, price: str) -> None:
    model = FillModel(slippage_bps=Decimal(2), fee_bps=Decimal(0))
    assert price_of(an_accepted_order(side=side), model) == Decimal(price)


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, "100.05"), (Side.SELL, "99.95")])
def test_rounding_to_the_tick_goes_against_the_trader(side: Side, price: str) -> None:
    model = FillModel(slippage_bps=Decimal(2), fee_bps=Decimal(0))
    execution = model.match(an_accepted_order(side=side), a_candle(**CANDLE), a_symbol(price_tick="0.05"))
    assert execution is not None
    assert execution.price == Decimal(price)


def test_no_slippage_sells_for_nothing() -> None:
    model = FillModel(slippage_bps=Decimal("9999.99"))
    assert price_of(an_accepted_order(side=Side.SELL), model) == Decimal("0.01")


@pytest.mark.parametrize(
    ("price", "quantity", "fee"),
    [
        ("100", "1", "0.1"),
        ("0.00001", "1", "0.00000001"),
        ("0.00001", "1.00001", "0.00000002"),
        ("100", "0.00000001", "0.00000001"),
    ],
)
def test_the_fee_is_rounded_up(price: str, quantity: str, fee: str) -> None:
    assert FillModel().fee(Price(Decimal(price)), Quantity(Decimal(quantity))) == Decimal(fee)


def test_the_fee_is_never_more_than_the_trade_is_worth() -> None:
    assert FillModel().fee(Price(Decimal("0.000001")), Quantity(Decimal("0.001"))) == Decimal("0.000000001")


def test_a_fill_takes_no_more_than_its_part_of_the_volume() -> None:
    execution = matched(an_accepted_order(quantity="3"), volume="12.345678")
    assert execution is not None
    assert execution.quantity == Decimal("1.23456")


@pytest.mark.parametrize("volume", ["0", "0.00009"])
def test_a_candle_with_too_little_volume_fills_nothing(volume: str) -> None:
    assert matched(an_accepted_order(), volume=volume) is None


def test_only_what_remains_is_filled() -> None:
    order = an_accepted_order(quantity="3").fill(Quantity(Decimal("1.5")), START)
    execution = matched(order)
    assert execution is not None
    assert execution.quantity == Decimal("1.5")


@pytest.mark.parametrize("order", [an_accepted_order(), a_limit_order("100"), a_stop_order("100")])
def test_a_candle_that_opened_before_the_order_brings_nothing(order: Order) -> None:
    assert matched(order, open_time=START - minutes(5)) is None
    assert matched(order, open_time=START) is not None


@pytest.mark.parametrize("field", ["slippage_bps", "fee_bps"])
@pytest.mark.parametrize("odd", ["-0.01", "10000", "NaN", "Infinity"])
def test_basis_points_must_leave_something_of_the_price(field: str, odd: str) -> None:
    with pytest.raises(Invalid) as refusal:
        FillModel(**{field: Decimal(odd)})
    assert refusal.value.field == field


@pytest.mark.parametrize("odd", ["0", "-0.1", "1.01", "NaN", "Infinity"])
def test_participation_must_be_a_part_of_the_volume(odd: str) -> None:
    with pytest.raises(Invalid) as refusal:
        FillModel(participation=Decimal(odd))
    assert refusal.value.field == "participation"
