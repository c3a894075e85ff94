"""Amounts are exact: read and written without loss, and rounded only where rounding is named."""

from contextlib import suppress
from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.shared.money import amount, basis_points, divide, exact, not_negative, positive, round_to, text
from support.generate import amounts, positive_amounts, steps


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("12.5", "12.5"),
        ("-12.50", "-12.5"),
        ("007", "7"),
        ("999999999999999999.999999999999999999", "999999999999999999.999999999999999999"),
        ("-999999999999999999.999999999999999999", "-999999999999999999.999999999999999999"),
        ("0.000000000000000001", "0.000000000000000001"),
    ],
)
def test_plain_decimals_are_read(written: str, value: str) -> None:
    assert amount(written) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "-", "+1", ".", ".5", "5.", "-.5", "--1", "1-", "1.2.3", "1,5", "1 000", "1_000", " 1", "1\n"),
        *("1e3", "1E-3", "NaN", "-NaN", "sNaN", "Infinity", "-inf", "0x10", "½", "1.²", "١٢", "１２", "1\u00a0", "−1"),
        *("1" * 19, "1." + "0" * 19, "1" * 10_000, "0." + "0" * 100_000),
    ],
)
def test_anything_else_is_refused_by_name(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        amount(written, field="quantity")
    assert refusal.value.field == "quantity"


@given(st.text(alphabet="0123456789.-+eE_ ٣", max_size=45))
def test_reading_any_text_gives_a_finite_amount_or_a_refusal(written: str) -> None:
    with suppress(Invalid):
        assert amount(written).is_finite()


@given(amounts)
def test_an_amount_survives_being_written_and_read(written: str) -> None:
    value = amount(written)
    assert amount(text(value)) == value
    assert text(amount(text(value))) == text(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("-0.00", "0"),
        ("0E-8", "0"),
        ("0E+3", "0"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("1E-8", "0.00000001"),
        ("1.2300", "1.23"),
        ("-5.0", "-5"),
        ("12345678901234567890123456789012345.6780", "12345678901234567890123456789012345.678"),
    ],
)
def test_the_text_is_canonical(value: str, written: str) -> None:
    assert text(Decimal(value)) == written


@given(positive_amounts, positive_amounts, positive_amounts)
def test_sums_and_products_of_legal_amounts_are_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
    total = exact(lambda: a * b + c - a * c * b)()
    assert Fraction(total) == Fraction(a) * Fraction(b) + Fraction(c) - Fraction(a) * Fraction(c) * Fraction(b)


def test_an_inexact_result_is_an_error_and_never_a_rounded_number() -> None:
    with pytest.raises(Inexact):
        exact(lambda: Decimal(1) / Decimal(3))()


@given(positive_amounts, positive_amounts)
def test_basis_points_are_exact_wherever_they_are_taken(value: Decimal, points: Decimal) -> None:
    assert Fraction(basis_points(value, points)) == Fraction(value) * Fraction(points) / 10_000


@given(positive_amounts, positive_amounts, steps)
def test_division_is_rounded_to_the_nearest_unit(dividend: Decimal, divisor: Decimal, unit: Decimal) -> None:
    quotient = divide(dividend, divisor, unit=unit)
    assert Fraction(quotient) % Fraction(unit) == 0
    assert abs(Fraction(quotient) - Fraction(dividend) / Fraction(divisor)) <= Fraction(unit) / 2


@pytest.mark.parametrize(
    ("dividend", "rounded"), [("0.5", "0"), ("1.5", "2"), ("2.5", "2"), ("-0.5", "0"), ("-1.5", "-2")]
)
def test_half_a_unit_goes_to_the_even_neighbour(dividend: str, rounded: str) -> None:
    assert divide(Decimal(dividend), Decimal(1), unit=Decimal(1)) == Decimal(rounded)


def test_dividing_by_zero_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        divide(Decimal(1), Decimal(0))


@given(amounts.map(Decimal), steps)
def test_rounding_lands_on_the_neighbouring_multiples(value: Decimal, unit: Decimal) -> None:
    down, up = round_to(value, unit, "down"), round_to(value, unit, "up")
    assert Fraction(down) % Fraction(unit) == 0
    assert down <= value <= up
    assert Fraction(up) - Fraction(down) in (0, Fraction(unit))
    assert (up == down) == (Fraction(value) % Fraction(unit) == 0)


@pytest.mark.parametrize(
    ("value", "unit", "down", "up"),
    [
        ("1.07", "0.05", "1.05", "1.1"),
        ("1.05", "0.05", "1.05", "1.05"),
        ("0.3", "0.025", "0.3", "0.3"),
        ("0.31", "0.025", "0.3", "0.325"),
        ("1234", "1E+2", "1200", "1300"),
        ("-1.07", "0.05", "-1.1", "-1.05"),
    ],
)
def test_units_need_not_be_powers_of_ten(value: str, unit: str, down: str, up: str) -> None:
    assert round_to(Decimal(value), Decimal(unit), "down") == Decimal(down)
    assert round_to(Decimal(value), Decimal(unit), "up") == Decimal(up)


@pytest.mark.parametrize(
    ("value", "is_positive", "is_not_negative"),
    [
        *[("1E-18", True, True), ("0", False, True), ("-0", False, True), ("-1E-18", False, False)],
        *[(odd, False, False) for odd in ("NaN", "sNaN", "Infinity", "-Infinity")],
    ],
)
def test_only_finite_numbers_have_a_sign(value: str, is_positive: bool, is_not_negative: bool) -> None:
    assert positive(Decimal(value)) is is_positive
    assert not_negative(Decimal(value)) is is_not_negative
