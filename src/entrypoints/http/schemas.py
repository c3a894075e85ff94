"""Schemas: the types of requests and answers as JSON Schema."""

import inspect
import re
from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec
from msgspec import Meta

from application.ports.market import CandleRow
from application.trading.halt_trading import HaltTrading
from entrypoints.http.wire import FORMS

Schema = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_TIME = {"type": "string", "format": "date-time"}
_AMOUNT = {"type": "string", "pattern": "^[0-9]+([.][0-9]+)?$"}

_RULES: Mapping[type, Mapping[str, Schema]] = {
    CandleRow: {"open_time": _TIME} | dict.fromkeys(("open", "high", "low", "close", "volume"), _AMOUNT),
    HaltTrading: {"reason": {"type": "string", "minLength": 1, "maxLength": 500, "pattern": "\\S"}},
}
"""What the types themselves do not tell."""


def schemas(answers: Iterable[Any], requests: Iterable[Any]) -> tuple[Mapping[Any, Schema], Mapping[str, Schema]]:
    """The schema of each type, and the components they refer to."""
    types = {kind: kind for kind in answers} | {kind: written(kind) for kind in requests}
    found, components = msgspec.json.schema_components(types.values(), ref_template=_REFERENCE)
    for kind in types:
        if attrs.has(kind) and types[kind] is not kind:
            components[kind.__name__]["additionalProperties"] = False
    for kind, rules in _RULES.items():
        components[kind.__name__]["properties"] |= rules
    for component in components.values():
        if "description" in component:
            component["description"] = " ".join(inspect.cleandoc(component["description"]).split())
    return _renamed(dict(zip(types, found, strict=True))), _renamed(components)


def written(kind: Any) -> Any:
    """A type of requests, with every type that has a written form replaced by that form."""
    if kind in FORMS:
        form = FORMS[kind]
        base = int if form.schema["type"] == "integer" else str
        return Annotated[base, Meta(extra_json_schema=dict(form.schema))]
    if attrs.has(kind):
        hints = get_type_hints(kind, include_extras=True)
        fields = {f.name: attrs.field(type=written(hints[f.name]), default=f.default) for f in attrs.fields(kind)}
        return attrs.make_class(kind.__name__, fields, kw_only=True, class_body={"__doc__": kind.__doc__})
    if _is_union(kind):
        return _union([written(option) for option in get_args(kind)])
    if get_origin(kind) is tuple:
        return list[written(get_args(kind)[0])]  # type: ignore[misc]
    return kind


def without_none(kind: Any) -> Any:
    """The type a parameter has when it is given."""
    return _union([option for option in get_args(kind) if option is not NoneType]) if _is_union(kind) else kind


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _union(options: list[Any]) -> Any:
    united = options[0]
    for option in options[1:]:
        united = united | option
    return united


def _renamed(schema: Any) -> Any:
    """The same without the suffix that tells views from what they show."""
    if isinstance(schema, dict):
        return {_bare(key): _renamed(value) for key, value in schema.items()}
    if isinstance(schema, list | tuple):
        return type(schema)(_renamed(item) for item in schema)
    return _bare(schema)


def _bare(value: Any) -> Any:
    return re.sub(r"^(#/components/schemas/)?([A-Z]\w+)View$", r"\1\2", value) if isinstance(value, str) else value
