"""Strict converters: nothing is taken for what it is not."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin

import attrs
from cattrs import ClassValidationError, Converter, IterableValidationError
from cattrs.errors import AttributeValidationNote, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

from domain.errors import DomainError
from entrypoints.http.problems import FieldError
from entrypoints.http.wire import FORMS, Form, whole

Hook = Callable[[Any, Any], Any]
"""`(value, type) -> value of that type`."""

LONGEST_NAME = 64
"""Characters of a field's name that an error repeats; the caller may have made the name up."""

_KINDS = {str: "a string", int: "a whole number", bool: "true or false", dict: "an object", list: "an array"}


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"must be {_KINDS[kind]}")
    return value


def _comes_from(origin: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _is_whole_or_text(kind: Any) -> bool:
    return isinstance(kind, UnionType) and set(get_args(kind)) == {int, str}


def _textual(form: Form) -> Hook:
    return lambda value, _: form.read(_exactly(str, value))


def _enumerated(value: Any, kind: type[StrEnum]) -> StrEnum:
    if type(value) is not str or value not in kind._value2member_map_:
        raise ValueError(f"must be one of {', '.join(kind)}")
    return kind(value)


def _whole_or_text(value: Any, _: Any) -> Any:
    if type(value) not in (int, str):
        raise ValueError("must be a whole number or a string")
    return value


def _converter(number: Callable[[Any, Any], int]) -> Converter:
    converter = Converter(detailed_validation=True)

    def object_reader(kind: Any) -> Hook:
        structure: Hook = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)
        return lambda value, _: structure(_exactly(dict, value), kind)

    def array_reader(kind: Any) -> Hook:
        items: Any = list[get_args(kind)[0]]  # type: ignore[misc]
        read = converter.get_structure_hook(items)
        return lambda value, _: tuple(read(_exactly(list, value), items))

    def mapping_reader(kind: Any) -> Hook:
        mapping: Any = dict[get_args(kind)]  # type: ignore[misc]
        read = converter.get_structure_hook(mapping)
        return lambda value, _: read(_exactly(dict, value), mapping)

    converter.register_structure_hook(str, lambda value, _: _exactly(str, value))
    converter.register_structure_hook(StrEnum, _enumerated)
    converter.register_structure_hook(int, number)
    converter.register_structure_hook(bool, lambda value, _: _exactly(bool, value))
    converter.register_structure_hook_func(_is_whole_or_text, _whole_or_text)
    converter.register_structure_hook_factory(attrs.has, object_reader)
    converter.register_structure_hook_factory(_comes_from(tuple), array_reader)
    converter.register_structure_hook_factory(_comes_from(Mapping), mapping_reader)
    for kind, form in FORMS.items():
        converter.register_structure_hook(kind, _textual(form))
    return converter


DOCUMENTS = _converter(lambda value, _: _exactly(int, value))
"""Reads decoded JSON."""

TEXTS = _converter(lambda value, _: whole(value))
"""Reads parameters, all of which are text."""


def field_errors(error: BaseException, path: str = "") -> list[FieldError]:
    """What is wrong, value by value, in an error that one of the converters raised.

    Raises the error again if it does not speak of a value.
    """
    if isinstance(error, ClassValidationError | IterableValidationError):
        noted, others = error.group_exceptions()
        found = []
        for inner, note in noted:
            step = note.name if isinstance(note, AttributeValidationNote) else note.index
            found += field_errors(inner, _joined(path, step))
        for inner in others:
            field = inner.field if isinstance(inner, DomainError) else None
            found += field_errors(inner, _joined(path, field) if field else path)
        return found
    if isinstance(error, ForbiddenExtraKeysError):
        return [FieldError(_joined(path, name), "is not a known field") for name in sorted(error.extra_fields)]
    if isinstance(error, KeyError):
        return [FieldError(path, "is required")]
    if isinstance(error, ValueError | DomainError):
        return [FieldError(path, str(error))]
    raise error


def _joined(path: str, step: str | int) -> str:
    if isinstance(step, int):
        return f"{path}[{step}]"
    return ".".join(part for part in (path, step[:LONGEST_NAME]) if part)
