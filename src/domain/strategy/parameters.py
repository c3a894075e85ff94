"""Strategy parameters: whole numbers and decimals with stated ranges."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from domain.errors import Invalid
from domain.shared.money import amount, text

T = TypeVar("T")

RawParameters = Mapping[str, int | str]
"""Parameters as callers write them: whole numbers as numbers, decimals as text."""


def between(low: int | Decimal, high: int | Decimal) -> Callable[[Any, Any, Any], None]:
    """An attrs validator: `low ≤ value ≤ high`."""

    def check(_: Any, attribute: Any, value: int | Decimal) -> None:
        if not low <= value <= high:
            raise Invalid(f"must be at least {low} and at most {high}", field=attribute.name)

    return check


def read_parameters(kind: type[T], raw: RawParameters) -> T:
    """Build the parameters class `kind` from what a caller wrote.

    Raises:
        Invalid: an unknown name, a number of the wrong kind, or a value out of its range; its field is
            `parameters.` and the name.
    """
    known = {field.name: field for field in attrs.fields(kind)}  # type: ignore[arg-type]
    try:
        return kind(**{name: _value(known, name, value) for name, value in raw.items()})
    except Invalid as refusal:
        raise Invalid(refusal.detail, field=f"parameters.{refusal.field}") from None


def _value(known: Mapping[str, Any], name: str, value: int | str) -> int | Decimal:
    if name not in known:
        raise Invalid(f"is not a parameter; there are {', '.join(known) or 'none'}", field=name)
    if known[name].type is int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Invalid("must be a whole number", field=name)
        return value
    if not isinstance(value, str):
        raise Invalid('must be a decimal string such as "2.5"', field=name)
    return amount(value, field=name)


def write_parameters(parameters: object) -> dict[str, int | str]:
    """The inverse of `read_parameters`."""
    values = attrs.asdict(parameters)  # type: ignore[arg-type]
    return {name: value if isinstance(value, int) else text(value) for name, value in values.items()}
