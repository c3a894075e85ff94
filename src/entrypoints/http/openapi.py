"""The description of the API (OpenAPI 3.1), generated from its endpoints and their types."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from domain.errors import Forbidden, Unauthenticated, Unavailable
from entrypoints.http import problems
from entrypoints.http.endpoint import JSON, PUBLIC, Endpoint, EventStream
from entrypoints.http.inputs import Parameter, Place, parameters
from entrypoints.http.problems import TITLES, Problem, meaning
from entrypoints.http.schemas import Schema, schemas, without_none
from entrypoints.http.views.system import SnapshotView

VERSION = "1.0.0"
"""The version of the API, which changes when its callers have to."""

_SUMMARY = """The API of a self-hosted crypto trading bot.

Amounts are decimal strings, times are RFC 3339 in UTC, ids are UUIDv7. Every answer carries `X-Request-ID`.
Errors are problem documents (RFC 9457). Lists have pages: `limit` items each, and the `next_cursor` of one page
is the `cursor` of the next. What is simulated or on paper says so in `source` and `mode`.
"""

_DESCRIPTIONS = {
    "cursor": "The `next_cursor` of the page before.",
    "from": "The first instant of the period.",
    "to": "The first instant after the period.",
    "limit": "How many items the page has at most.",
    "depth": "How many levels of either side.",
    "symbol": "`BTC/USDT`, or `BTC-USDT`.",
    "Idempotency-Key": "The caller's own name for the order; the same key places it once.",
}


def described(endpoints: Sequence[Endpoint]) -> bytes:
    """The document, formatted for people and version control."""
    inputs = {endpoint: tuple(parameters(endpoint.input_type, endpoint.path).values()) for endpoint in endpoints}
    answers = [kind for endpoint in endpoints if (kind := endpoint.answer_type) not in (bytes, EventStream)]
    requests = [without_none(parameter.type) for found in inputs.values() for parameter in found]
    types, components = schemas([*answers, Problem, SnapshotView], requests)
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        path = paths.setdefault(endpoint.path.replace(":path}", "}"), {})
        path[endpoint.method.lower()] = _operation(endpoint, inputs[endpoint], types)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Crypto Bot", "version": VERSION, "description": _SUMMARY},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {str(status): _problem(status, types) for status in _problem_statuses(endpoints)},
            "headers": {
                "X-Request-ID": {
                    "description": "The id of this request, in the answer, its problem document and the log.",
                    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
                }
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _operation(endpoint: Endpoint, found: Sequence[Parameter], types: Any) -> Schema:
    operation: Schema = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [_tag(endpoint.path)],
        "security": [] if endpoint.access is PUBLIC else [{"bearer": []}],
    }
    if endpoint.access is not PUBLIC:
        operation["description"] = f"Needs the permission `{endpoint.access}`."
    given = [_parameter(parameter, types) for parameter in found if parameter.place is not Place.BODY]
    if given:
        operation["parameters"] = given
    for parameter in found:
        if parameter.place is Place.BODY:
            operation["requestBody"] = {"required": True, "content": {JSON: {"schema": types[parameter.type]}}}
    answers = {str(status): _answer(endpoint, status, text, types) for status, text in endpoint.answers.items()}
    refusals = {str(status): {"$ref": f"#/components/responses/{status}"} for status in _refusals(endpoint)}
    operation["responses"] = answers | refusals
    return operation


def _tag(path: str) -> str:
    return path.split("/")[3] if path.startswith("/api/") else "service"


def _parameter(parameter: Parameter, types: Any) -> Schema:
    schema = dict(types[without_none(parameter.type)])
    if not parameter.required and parameter.default is not None:
        schema["default"] = parameter.default
    described = {"name": parameter.name, "in": parameter.place, "required": parameter.required, "schema": schema}
    if parameter.name in _DESCRIPTIONS:
        described["description"] = _DESCRIPTIONS[parameter.name]
    return described


def _answer(endpoint: Endpoint, status: int, text: str, types: Any) -> Schema:
    if endpoint.answer_type is EventStream:
        schema = _event(types)
    else:
        schema = types.get(endpoint.answer_type, {"type": "object" if endpoint.media_type == JSON else "string"})
    answer = _with_request_id({"description": text, "content": {endpoint.media_type: {"schema": schema}}})
    if status in (201, 202) and endpoint.answers.keys() >= {201}:
        answer["headers"]["Location"] = {"description": "Where the order is.", "schema": {"type": "string"}}
    return answer


def _event(types: Any) -> Schema:
    data = {"type": "string", "contentMediaType": JSON, "contentSchema": types[SnapshotView]}
    properties = {"event": {"const": "snapshot"}, "id": {"type": "string"}, "data": data}
    return {"type": "object", "properties": properties, "required": ["event", "data"]}


def _problem(status: int, types: Any) -> Schema:
    content = {problems.MEDIA_TYPE: {"schema": types[Problem]}}
    return _with_request_id({"description": TITLES[status], "content": content})


def _with_request_id(answer: Schema) -> Schema:
    return answer | {"headers": {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}}


def _refusals(endpoint: Endpoint) -> list[int]:
    """The statuses of problems that a caller of the endpoint may get, and that do not mean an answer too."""
    errors = list(endpoint.raises)
    statuses = {400, 421, 500}
    if endpoint.access is not PUBLIC:
        errors += [Unauthenticated, Forbidden, Unavailable]
    if endpoint.method in ("POST", "PUT"):
        statuses |= {413, 415}
    statuses |= {meaning(error).status for error in errors}
    return sorted(statuses - endpoint.answers.keys())


def _problem_statuses(endpoints: Iterable[Endpoint]) -> list[int]:
    return sorted({status for endpoint in endpoints for status in _refusals(endpoint)})
