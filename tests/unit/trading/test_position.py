"""Positions: fills folded at average cost, exactly, without debt and without drift."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RuleViolated
from domain.shared.money import Price
from domain.trading.fill import Fill
from domain.trading.order import Side
from domain.trading.position import Position
from support.build import BTC, a_fill
from support.generate import fill_sequences, positive_amounts


def a_position(*fills: Fill) -> Position:
    position = Position(symbol=BTC)
    for fill in fills:
        position = position.apply(fill)
    return position


def a_buy(quantity: str, price: str, fee: str = "0") -> Fill:
    return a_fill(side=Side.BUY, quantity=quantity, price=price, fee=fee)


def a_sale(quantity: str, price: str, fee: str = "0") -> Fill:
    return a_fill(side=Side.SELL, quantity=quantity, price=price, fee=fee)


def test_buys_are_held_at_their_average_cost() -> None:
    position = a_position(a_buy("1", "100", fee="0.1"), a_buy("3", "120", fee="0.36"))
    assert (position.quantity, position.cost_basis, position.average_cost) == (4, 460, 115)
    assert (position.realised, position.fees) == (0, Decimal("0.46"))


def test_a_sale_realises_the_difference_to_the_average_cost() -> None:
    position = a_position(a_buy("1", "100"), a_buy("3", "120"), a_sale("2", "125", fee="0.25"))
    assert (position.quantity, position.cost_basis, position.average_cost) == (2, 230, 115)
    assert (position.realised, position.fees) == (20, Decimal("0.25"))


def test_selling_everything_leaves_no_cost_behind() -> None:
    position = a_position(a_buy("3", "0.00000001"), a_sale("1", "1"), a_sale("1", "1"), a_sale("1", "1"))
    assert (position.quantity, position.cost_basis, position.average_cost) == (0, 0, None)
    assert position.realised == 3 - Decimal("0.00000003")


def test_a_share_of_a_tiny_cost_never_exceeds_it() -> None:
    position = a_position(a_buy("0.6", "0.00000001"), a_sale("0.599", "1"))
    assert position.cost_basis >= 0


def test_more_than_is_held_cannot_be_sold() -> None:
    with pytest.raises(RuleViolated) as refusal:
        a_position(a_buy("1", "100"), a_sale("1.000000000000000001", "100"))
    assert refusal.value.code == "oversold"


@given(fill_sequences(), positive_amounts)
def test_a_position_is_worth_what_it_cost_and_what_it_gained(fills: list[Fill], price: Decimal) -> None:
    fills = [fill for fill in fills if fill.symbol == BTC]
    position = a_position(*fills)
    bought = sum(Fraction(f.price) * Fraction(f.quantity) for f in fills if f.side is Side.BUY)
    sold = sum(Fraction(f.price) * Fraction(f.quantity) for f in fills if f.side is Side.SELL)
    assert position.quantity >= 0
    assert position.cost_basis >= 0
    assert position.quantity or not position.cost_basis
    assert Fraction(position.cost_basis) == bought - sold + Fraction(position.realised)
    gained = position.realised, position.unrealised(Price(price))
    assert sum(map(Fraction, gained)) == sold - bought + Fraction(position.value(Price(price)))


@given(st.lists(positive_amounts, min_size=2, max_size=6), positive_amounts)
def test_partial_sales_share_the_cost_to_within_a_hundred_millionth_each(parts: list[Decimal], price: Decimal) -> None:
    position = a_position(*(a_fill(quantity=part, price=price) for part in parts))
    for number, part in enumerate(parts, start=1):
        position = position.apply(a_fill(side=Side.SELL, quantity=part, price=price))
        assert abs(position.realised) <= number * Decimal("1E-8")
    assert position.realised == 0
