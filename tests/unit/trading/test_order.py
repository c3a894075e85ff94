"""Orders: only possible ones can be built, and each status allows exactly its own steps."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from domain.errors import Conflict, Invalid
from domain.shared.money import Quantity
from domain.trading.order import IllegalTransition, Order, OrderStatus, OrderType
from support.build import START, an_order, minutes
from support.generate import positive_amounts

S = OrderStatus
LATER = START + minutes(5)

STEPS: dict[str, Callable[[Order], Order]] = {
    "accept": lambda order: order.accept(LATER),
    "reject": lambda order: order.reject("no", LATER),
    "cancel": lambda order: order.cancel("enough", LATER),
    "expire": lambda order: order.expire(LATER),
    "fill in part": lambda order: order.fill(Quantity(Decimal("0.1")), LATER),
    "fill the rest": lambda order: order.fill(order.remaining or order.quantity, LATER),
}

LEGAL = {
    (S.NEW, "accept"): S.ACCEPTED,
    (S.NEW, "reject"): S.REJECTED,
    (S.NEW, "cancel"): S.CANCELLED,
    (S.NEW, "expire"): S.EXPIRED,
    (S.ACCEPTED, "cancel"): S.CANCELLED,
    (S.ACCEPTED, "expire"): S.EXPIRED,
    (S.ACCEPTED, "fill in part"): S.PARTIALLY_FILLED,
    (S.ACCEPTED, "fill the rest"): S.FILLED,
    (S.PARTIALLY_FILLED, "cancel"): S.CANCELLED,
    (S.PARTIALLY_FILLED, "expire"): S.EXPIRED,
    (S.PARTIALLY_FILLED, "fill in part"): S.PARTIALLY_FILLED,
    (S.PARTIALLY_FILLED, "fill the rest"): S.FILLED,
}


@pytest.mark.parametrize(("status", "step", "reached"), [(*key, reached) for key, reached in LEGAL.items()])
def test_a_legal_step_reaches_its_status(status: S, step: str, reached: S) -> None:
    order = an_order(status=status)
    after = STEPS[step](order)
    assert (after.status, after.updated_at) == (reached, LATER)
    assert (after.id, after.created_at, after.quantity) == (order.id, order.created_at, order.quantity)


@pytest.mark.parametrize(
    ("status", "step"), [(status, step) for status in S for step in STEPS if (status, step) not in LEGAL]
)
def test_any_other_step_is_illegal(status: S, step: str) -> None:
    with pytest.raises(IllegalTransition) as refusal:
        STEPS[step](an_order(status=status))
    assert refusal.value.code == "illegal_order_transition"
    assert isinstance(refusal.value, Conflict)


def test_an_order_may_still_trade_until_its_end() -> None:
    assert {status for status in S if status.open} == {S.NEW, S.ACCEPTED, S.PARTIALLY_FILLED}
    assert all(status.terminal is not status.open for status in S)


def test_reasons_stay_on_the_order() -> None:
    assert an_order().reject("too large", LATER).reason == "too large"
    assert an_order().cancel("by hand", LATER).reason == "by hand"
    assert an_order().expire(LATER).reason == "expired"
    assert an_order(reason="EMA crossed").accept(LATER).reason == "EMA crossed"


@given(positive_amounts, positive_amounts)
def test_what_remains_is_exact(quantity: Decimal, part: Decimal) -> None:
    order = an_order(quantity=quantity, status=S.ACCEPTED)
    if part > quantity:
        with pytest.raises(Invalid) as refusal:
            order.fill(Quantity(part), LATER)
        assert refusal.value.field == "quantity"
    else:
        filled = order.fill(Quantity(part), LATER)
        assert filled.filled_quantity == part
        assert Fraction(filled.remaining) == Fraction(quantity) - Fraction(part)


def test_a_small_part_of_a_large_order_leaves_all_the_rest() -> None:
    order = an_order(quantity="123456789012345678", status=S.ACCEPTED)
    assert order.fill(Quantity(Decimal("1E-18")), LATER).remaining == Decimal("123456789012345677.999999999999999999")


@pytest.mark.parametrize("part", ["0", "-1", "1.000000000000000001", "NaN"])
def test_a_fill_must_lie_within_what_remains(part: str) -> None:
    with pytest.raises(Invalid) as refusal:
        an_order(quantity="1", status=S.ACCEPTED).fill(Quantity(Decimal(part)), LATER)
    assert refusal.value.field == "quantity"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        *[({"quantity": odd}, "quantity") for odd in ("0", "-1", "NaN", "Infinity")],
        *[({"filled_quantity": odd}, "filled_quantity") for odd in ("-1", "1.1", "NaN")],
        ({"type": OrderType.LIMIT}, "limit_price"),
        ({"type": OrderType.STOP}, "stop_price"),
        ({"limit_price": "100"}, "limit_price"),
        ({"stop_price": "100"}, "stop_price"),
        ({"type": OrderType.LIMIT, "limit_price": "100", "stop_price": "90"}, "stop_price"),
        ({"type": OrderType.STOP, "limit_price": "100", "stop_price": "90"}, "limit_price"),
        *[({"type": OrderType.LIMIT, "limit_price": odd}, "limit_price") for odd in ("0", "-1", "NaN", "Infinity")],
        ({"type": OrderType.STOP, "stop_price": "0"}, "stop_price"),
        ({"expires_at": START}, "expires_at"),
        ({"expires_at": START - minutes(1)}, "expires_at"),
    ],
)
def test_an_impossible_order_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        an_order(**changes)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("status", "filled"),
    [
        *[(status, "0.5") for status in (S.NEW, S.ACCEPTED, S.REJECTED, S.FILLED)],
        *[(status, "1") for status in (S.PARTIALLY_FILLED, S.CANCELLED, S.EXPIRED)],
        (S.PARTIALLY_FILLED, "0"),
        (S.FILLED, "0"),
    ],
)
def test_a_status_that_contradicts_what_was_filled_is_refused(status: S, filled: str) -> None:
    with pytest.raises(Invalid) as refusal:
        an_order(status=status, filled_quantity=filled)
    assert refusal.value.field == "filled_quantity"
