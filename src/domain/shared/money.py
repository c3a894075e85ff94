"""Amounts: exact decimals with the few operations trading needs.

Sums and products are exact: they run in a context that raises instead of rounding. Rounding happens
only where it is named (`divide`, `round_to`), so `cash + positions = starting balance + profit`
holds to the last decimal.
"""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    getcontext,
    setcontext,
)
from functools import wraps
from typing import Literal, NewType, ParamSpec, TypeVar

from domain.errors import Invalid

Price = NewType("Price", Decimal)
"""Quote currency for one unit of the base currency; positive."""

Quantity = NewType("Quantity", Decimal)
"""Units of the base currency; never negative."""

Money = NewType("Money", Decimal)
"""An amount of the quote currency; may be negative."""

ZERO = Decimal(0)

MAX_INTEGER_DIGITS = 18
MAX_DECIMALS = 18
CENTS = Decimal("1E-8")
"""The smallest unit in which fees and cost shares are booked."""

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow, Clamped])
_ROUNDING = Context(prec=200, traps=[InvalidOperation, DivisionByZero, Overflow])

P = ParamSpec("P")
T = TypeVar("T")


def exact(function: Callable[P, T]) -> Callable[P, T]:
    """Run `function` where every sum and product must come out exactly."""

    @wraps(function)
    def calculated(*args: P.args, **kwargs: P.kwargs) -> T:
        outside = getcontext()
        if outside is _EXACT:
            return function(*args, **kwargs)
        setcontext(_EXACT)
        try:
            return function(*args, **kwargs)
        finally:
            setcontext(outside)

    return calculated


def amount(text: str, *, field: str = "amount") -> Decimal:
    """Read an amount from its decimal text.

    Raises:
        Invalid: not plain decimal digits, not finite, or beyond 18 integer digits or 18 decimals.
    """
    if len(text) > 2 + MAX_INTEGER_DIGITS + MAX_DECIMALS or not text.isascii():
        raise Invalid(_AMOUNT_RULE, field=field)
    bare = text[1:] if text[:1] == "-" else text
    whole, dot, decimals = bare.partition(".")
    if not whole.isdigit() or (dot and not decimals.isdigit()):
        raise Invalid(_AMOUNT_RULE, field=field)
    if len(whole) > MAX_INTEGER_DIGITS or len(decimals) > MAX_DECIMALS:
        raise Invalid(_AMOUNT_RULE, field=field)
    return Decimal(text)


_AMOUNT_RULE = (
    f'must be a decimal string such as "12.5", with at most {MAX_INTEGER_DIGITS} digits before '
    f"and {MAX_DECIMALS} after the point"
)


def text(value: Decimal) -> str:
    """The canonical decimal text: no exponent, no trailing zeros, no negative zero."""
    plain = str(value)
    if "E" in plain:
        plain = format(value, "f")
    if plain[-1] != "0":
        return plain
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def divide(dividend: Decimal, divisor: Decimal, *, unit: Decimal = CENTS) -> Decimal:
    """`dividend / divisor`, rounded half-even to a multiple of `unit`.

    Raises:
        DivisionByZero: the divisor is zero.
    """
    steps = _ROUNDING.divide(_ROUNDING.divide(dividend, divisor), unit)
    return _ROUNDING.multiply(steps.to_integral_value(ROUND_HALF_EVEN, _ROUNDING), unit)


def positive(value: Decimal) -> bool:
    """Whether `value` is a number greater than zero, and neither infinite nor NaN."""
    return value.is_finite() and value > 0


def not_negative(value: Decimal) -> bool:
    """Whether `value` is a number of at least zero, and neither infinite nor NaN."""
    return value.is_finite() and value >= 0


def round_to(value: Decimal, unit: Decimal, direction: Literal["up", "down"]) -> Decimal:
    """The multiple of `unit` next to `value`, towards plus or minus infinity."""
    rounding = ROUND_CEILING if direction == "up" else ROUND_FLOOR
    steps = _ROUNDING.divide(value, unit).to_integral_value(rounding, _ROUNDING)
    return _ROUNDING.multiply(steps, unit)


@exact
def basis_points(value: Decimal, points: Decimal) -> Decimal:
    """`points` hundredths of a percent of `value`, exactly."""
    return value * points * Decimal("0.0001")
