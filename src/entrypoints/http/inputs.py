"""Inputs: attrs classes whose fields say where in a request they are found."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, get_type_hints

import attrs
from attrs import NOTHING, frozen


class Place(StrEnum):
    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    BODY = "body"


def header(name: str) -> Any:
    """A field found in the request header of that name."""
    return attrs.field(metadata={"place": Place.HEADER, "name": name})


def body() -> Any:
    """A field that is the request's whole JSON document."""
    return attrs.field(metadata={"place": Place.BODY})


@frozen(kw_only=True)
class Nothing:
    """A request that says all by its method and path."""


@frozen(kw_only=True)
class Parameter:
    """One field of an input: its name on the wire, and where it is found."""

    attribute: str
    name: str
    place: Place
    type: Any
    default: Any

    @property
    def required(self) -> bool:
        return self.default is NOTHING


def parameters(kind: type, path: str) -> Mapping[str, Parameter]:
    """The parameters of an input class by attribute, for an endpoint at `path`.

    A field without a place of its own is found in the path, where the path has it, or else in the query.
    A trailing underscore keeps a name clear of Python's keywords.
    """
    hints = get_type_hints(kind, include_extras=True)
    found = {}
    for attribute in attrs.fields(kind):
        name = attribute.metadata.get("name", attribute.name.rstrip("_"))
        in_path = f"{{{name}}}" in path or f"{{{name}:path}}" in path
        place = attribute.metadata.get("place", Place.PATH if in_path else Place.QUERY)
        found[attribute.name] = Parameter(
            attribute=attribute.name, name=name, place=place, type=hints[attribute.name], default=attribute.default
        )
    return found
