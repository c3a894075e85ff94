"""Routing: a dictionary for fixed paths, Starlette's patterns for the others."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from entrypoints.http.endpoint import Endpoint
from entrypoints.http.operation import Operation
from entrypoints.http.problems import Refusal
from entrypoints.http.services import Services

EVENTS = "text/event-stream"


class Resource:
    """All methods of one path."""

    def __init__(self, path: str, operations: Mapping[str, ASGIApp]) -> None:
        self.path = path
        self._operations = operations
        self._allowed = ", ".join(sorted(operations)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = self._operations.get(scope["method"])
        if operation is None:
            detail = f"this takes {self._allowed.decode()}"
            raise Refusal(405, "method_not_allowed", detail, headers=[(b"allow", self._allowed)])
        await operation(scope, receive, send)


def resources(endpoints: Iterable[Endpoint], services: Services) -> list[Resource]:
    """The endpoints by path; what can be read can be asked for without its body, streams excepted.

    Raises:
        ValueError: an endpoint states no permission, or has the method and path of another.
    """
    found: dict[str, dict[str, ASGIApp]] = {}
    for endpoint in endpoints:
        name = f"{endpoint.method} {endpoint.path}"
        if endpoint.access is None:
            raise ValueError(f"{name} states neither a permission nor that it is public")
        operations = found.setdefault(endpoint.path, {})
        if endpoint.method in operations:
            raise ValueError(f"{name} is there twice")
        operations[endpoint.method] = Operation(endpoint, services)
        if endpoint.method == "GET" and endpoint.media_type != EVENTS:
            operations["HEAD"] = operations["GET"]
    return [Resource(path, operations) for path, operations in found.items()]


class Routes:
    """Finds the resource or page that a request is for."""

    def __init__(
        self, found: Sequence[Resource], pages: Sequence[BaseRoute], lifespan: Lifespan[Any] | None = None
    ) -> None:
        self._fixed = {resource.path: resource for resource in found if "{" not in resource.path}
        patterns = [Route(r.path, r, methods=None) for r in found if "{" in r.path]
        self._router = Router([*patterns, *pages], redirect_slashes=False, default=_nothing, lifespan=lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        resource = self._fixed.get(scope["path"]) if scope["type"] == "http" else None
        if resource is None:
            scope["app"] = self  # without one, Starlette answers for itself instead of raising
            await self._router(scope, receive, send)
        else:
            scope["route"] = resource
            await resource(scope, receive, send)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    else:
        raise Refusal(404, "not_found", "there is nothing at this address")
