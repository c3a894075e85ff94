"""Fills: only possible ones can be put on record."""

import pytest

from domain.errors import Invalid
from support.build import a_fill, an_account


@pytest.mark.parametrize("field", ["price", "quantity"])
@pytest.mark.parametrize("odd", ["0", "-1", "NaN", "Infinity"])
def test_a_price_and_a_quantity_must_be_positive(field: str, odd: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_fill(**{field: odd})
    assert refusal.value.field == field


@pytest.mark.parametrize("odd", ["-0.00000001", "NaN", "Infinity"])
def test_a_fee_must_not_be_negative(odd: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_fill(fee=odd)
    assert refusal.value.field == "fee"


@pytest.mark.parametrize("odd", ["-1", "NaN", "Infinity"])
def test_an_account_does_not_start_in_debt(odd: str) -> None:
    with pytest.raises(Invalid) as refusal:
        an_account(starting_balance=odd)
    assert refusal.value.field == "starting_balance"
