"""Reading: a request's path, query, headers and document become an endpoint's input."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from cattrs import ClassValidationError
from cattrs.gen import make_dict_structure_fn, override

from entrypoints.http.inputs import Place, parameters
from entrypoints.http.problems import FieldError, Refusal
from entrypoints.http.strict import DOCUMENTS, LONGEST_NAME, TEXTS, Hook, field_errors

MOST_ERRORS = 20
"""How many errors one answer lists."""


class Reader:
    """Reads the input of one endpoint; every mistake of a request is told at once."""

    def __init__(self, kind: type, path: str) -> None:
        found = parameters(kind, path)
        self._names = {parameter.attribute: parameter.name for parameter in found.values()}
        self._query = {p.name: p.attribute for p in found.values() if p.place is Place.QUERY}
        self._path = {p.name: p.attribute for p in found.values() if p.place is Place.PATH}
        self._headers = {p.name.lower().encode(): p.attribute for p in found.values() if p.place is Place.HEADER}
        self._body = next((p.attribute for p in found.values() if p.place is Place.BODY), None)
        documents: dict[str, Any] = {
            p.attribute: override(struct_hook=DOCUMENTS.get_structure_hook(p.type))
            for p in found.values()
            if p.place is Place.BODY
        }
        self._structure: Hook = make_dict_structure_fn(kind, TEXTS, **documents)
        self._kind = kind

    @property
    def takes_body(self) -> bool:
        return self._body is not None

    def read(self, path: Mapping[str, str], query: bytes, headers: Mapping[bytes, bytes], document: Any = None) -> Any:
        """The input; raises Refusal with every field that is wrong."""
        raw: dict[str, Any] = {attribute: path[name] for name, attribute in self._path.items()}
        errors = list(self._queried(query, raw)) if query else []
        for name, attribute in self._headers.items():
            if name in headers:
                raw[attribute] = headers[name].decode("latin-1")
        if self._body is not None:
            raw[self._body] = document
        try:
            read = self._structure(raw, self._kind)
        except ClassValidationError as error:
            errors += [FieldError(self._wire_name(e.field), e.message) for e in field_errors(error)]
        if errors:
            shown = errors[:MOST_ERRORS]
            raise Refusal(400, "invalid_request", "; ".join(f"{e.field}: {e.message}" for e in shown), errors=shown)
        return read

    def _queried(self, query: bytes, raw: dict[str, Any]) -> Iterator[FieldError]:
        """Puts the query's parameters into `raw`, and tells what is wrong with the query itself."""
        for name, value in _parameters(query):
            if name is None or value is None:
                yield FieldError("query", "must be percent-encoded UTF-8")
            elif name not in self._query:
                yield FieldError(name[:LONGEST_NAME], "is not a known parameter")
            elif self._query[name] in raw:
                yield FieldError(name, "must not be repeated")
            else:
                raw[self._query[name]] = value

    def _wire_name(self, field: str) -> str:
        """How the caller knows the field of an input that is at fault."""
        attribute, dot, rest = field.partition(".")
        if attribute == self._body:
            return rest or "body"
        return self._names.get(attribute, attribute) + dot + rest


def _parameters(query: bytes) -> Iterator[tuple[str | None, str | None]]:
    """Names and values; None for one that is no text."""
    if query.isascii() and b"%" not in query and b"+" not in query:
        for pair in query.decode().split("&"):
            name, _, value = pair.partition("=")
            yield name, value
    else:
        for coded in query.split(b"&"):
            coded_name, _, coded_value = coded.partition(b"=")
            yield _decoded(coded_name), _decoded(coded_value)


def _decoded(part: bytes) -> str | None:
    if not part.isascii():
        return None
    try:
        return unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        return None
