"""Attrs objects as JSON text: amounts, instants and enums as the text they are everywhere."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import attrs
import msgspec

from adapters.sql.rows.reading import decimal, instant
from domain.shared import money, time

T = TypeVar("T")


def document(thing: attrs.AttrsInstance) -> str:
    """The JSON text of an attrs object."""
    return msgspec.json.encode(_plain(thing)).decode()


def read_document(kind: type[T], written: str) -> T:
    """The object whose `document` this is; raises ValueError, KeyError or TypeError if it is none."""
    hint: Any = kind
    thing: T = _reader(hint)(msgspec.json.decode(written))
    return thing


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """How a value of that type is made plain."""
    if issubclass(kind, StrEnum):
        return attrgetter("value")
    if kind is Decimal:
        return money.text
    if kind is datetime:
        return time.text
    if kind is tuple:
        return lambda values: list(map(_plain, values))
    if kind in (str, int, bool, NoneType):
        return lambda value: value
    return _object_writer(kind)


def _object_writer(kind: type) -> Callable[[Any], dict[str, Any]]:
    names = [field.name for field in attrs.fields(kind)]
    return lambda thing: {name: _plain(getattr(thing, name)) for name in names}


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """How a value of that type is read back, no other type taken for it."""
    hint = getattr(hint, "__supertype__", hint)
    if hint is Decimal:
        return _typed(str, decimal)
    if hint is datetime:
        return _typed(str, instant)
    if hint in (str, int, bool):
        return _typed(hint, hint)
    if get_origin(hint) is tuple:
        item = _reader(get_args(hint)[0])
        return _typed(list, lambda values: tuple(item(value) for value in values))
    if attrs.has(hint):
        return _typed(dict, _object_reader(hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _typed(str, hint)
    (some,) = (option for option in get_args(hint) if option is not NoneType)
    return lambda value: None if value is None else _reader(some)(value)


def _typed(kind: type, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is not of type {kind.__name__}")
        return read(value)

    return checked


def _object_reader(kind: type) -> Callable[[Mapping[str, Any]], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in attrs.fields(kind)}
    return lambda values: kind(**{name: readers[name](value) for name, value in values.items()})
