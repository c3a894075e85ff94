"""Reading what is on record: whatever is not exactly as it was written is damaged."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from msgspec import MsgspecError
from sqlalchemy import Table

from adapters.sql.session import Row
from domain.errors import DomainError, Unavailable

T = TypeVar("T")

remembered = lru_cache(maxsize=1024)
"""For what is read over and over: equal rows are the same object, which nobody can change."""

_AMOUNT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch
DAMAGE = (ValueError, TypeError, KeyError, ArithmeticError, MsgspecError, DomainError)
"""What reading a row that is not exactly as it was written can raise."""


def decimal(written: str) -> Decimal:
    if _AMOUNT(written) is None:
        raise ValueError(f"{written!r} is not a decimal")
    return Decimal(written)


def instant(written: str) -> datetime:
    if len(written) != 24 or written[-1] != "Z":
        raise ValueError(f"{written!r} is not a UTC time with milliseconds")
    return datetime.fromisoformat(written)


def whole(written: int) -> int:
    if type(written) is not int:
        raise TypeError(f"{written!r} is not a whole number")
    return written


def flag(written: int) -> bool:
    return {0: False, 1: True}[whole(written)]


def read_all(table: Table, build: Callable[[Row], T], rows: Iterable[Row], within: tuple[str, ...] = ()) -> list[T]:
    """`build` from each of `rows`; the rows start with the key of `table`, less the part `within` which all are.

    Raises:
        Unavailable: a row is damaged; names the table and the key.
    """
    try:
        return [build(row) for row in rows]
    except DAMAGE:
        return [read(table, build, row, within) for row in rows]


def read(table: Table, build: Callable[[Row], T], row: Row, within: tuple[str, ...] = ()) -> T:
    """`build` from one row; like `read_all`."""
    try:
        return build(row)
    except DAMAGE as reason:
        key = ", ".join(map(str, within + row[: len(table.primary_key) - len(within)]))
        raise Unavailable(
            f"the record {key} of {table.name} is damaged ({reason}); restore a backup", code="database_damaged"
        ) from reason
