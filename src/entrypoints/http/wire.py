"""Domain values on the wire: how each is read from text, and what the API's description says of it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NewType

from attrs import frozen
from msgspec import Meta

from domain.errors import Invalid
from domain.market.symbol import SymbolName, symbol_name
from domain.shared import time
from domain.shared.ids import FillId, NotificationId, OrderId, checked_uuid
from domain.shared.money import Money, Price, Quantity, amount

Limit = NewType("Limit", int)
"""How many items a page holds at most."""

Depth = NewType("Depth", int)
"""How many levels of an order book."""

Share = NewType("Share", Decimal)
"""A fraction of equity in (0, 1]."""

IdempotencyKey = NewType("IdempotencyKey", str)
"""The caller's own name for an order: the same key places it once."""

_DIGITS = re.compile(r"[0-9]{1,9}")
_KEY = re.compile(r"[!-~]{1,255}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_SYMBOL = "^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}$"
_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_AMOUNT = r"[0-9]{1,18}(\.[0-9]{1,18})?$"

AmountText = Annotated[str, Meta(pattern="^-?[0-9]+([.][0-9]+)?$", description="A decimal number.", examples=["12.5"])]
TimeText = Annotated[str, Meta(extra_json_schema={"format": "date-time"}, examples=["2025-04-03T17:05:00.000Z"])]
IdText = Annotated[str, Meta(pattern=_UUID, description="A UUIDv7.")]
SymbolText = Annotated[str, Meta(pattern=_SYMBOL, examples=["BTC/USDT"])]


@frozen
class Form:
    """The written form of a type; `read` raises Invalid or ValueError, whose text tells the rule."""

    read: Callable[[str], Any]
    schema: Mapping[str, Any]


def whole(text: str) -> int:
    """Plain digits; nothing else that `int` would take."""
    if _DIGITS.fullmatch(text) is None:
        raise ValueError("must be a whole number")
    return int(text)


def _whole_between(low: int, high: int) -> Form:
    def read(text: str) -> int:
        number = whole(text)
        if not low <= number <= high:
            raise ValueError(f"must be at least {low} and at most {high}")
        return number

    return Form(read, {"type": "integer", "minimum": low, "maximum": high})


def _instant(text: str) -> datetime:
    if _INSTANT.fullmatch(text) is None:
        raise ValueError("must be an RFC 3339 time such as 2025-04-03T17:05:00Z")
    return time.parsed(text)


def _share(text: str) -> Decimal:
    share = amount(text)
    if not 0 < share <= 1:
        raise Invalid("must be greater than 0 and at most 1")
    return share


def _key(text: str) -> str:
    if _KEY.fullmatch(text) is None:
        raise ValueError("must have 1 to 255 visible ASCII characters")
    return text


def _uuid(text: str) -> str:
    return checked_uuid(text, field="id")


_SIGNED = Form(amount, {"type": "string", "pattern": f"^-?{_AMOUNT}", "examples": ["-12.5"]})
_POSITIVE = Form(amount, {"type": "string", "pattern": f"^{_AMOUNT}", "examples": ["12.5"]})
_ID = Form(_uuid, {"type": "string", "pattern": _UUID})

FORMS: Mapping[Any, Form] = {
    SymbolName: Form(
        symbol_name, {"type": "string", "pattern": _SYMBOL.replace("/", "[/-]"), "examples": ["BTC/USDT"]}
    ),
    OrderId: _ID,
    FillId: _ID,
    NotificationId: _ID,
    Price: _POSITIVE,
    Quantity: _POSITIVE,
    Money: _SIGNED,
    Decimal: _SIGNED,
    Share: Form(
        _share,
        {"type": "string", "pattern": r"^(0\.[0-9]*[1-9][0-9]*|1(\.0+)?)$", "maxLength": 20, "examples": ["0.25"]},
    ),
    datetime: Form(_instant, {"type": "string", "format": "date-time"}),
    Limit: _whole_between(1, 1000),
    Depth: _whole_between(1, 100),
    IdempotencyKey: Form(_key, {"type": "string", "pattern": "^[!-~]{1,255}$"}),
}
"""Every type that a request may carry as text, other than plain text and enumerations."""
