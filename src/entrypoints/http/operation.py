"""Operations: endpoints at work. Each authenticates, decodes, calls and encodes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import cached_property, partial
from typing import Any

import msgspec
from anyio import create_task_group, move_on_after
from starlette.types import Message, Receive, Scope, Send

from domain.identity.permission import Permission
from domain.identity.user import Caller
from entrypoints.http.documents import announces_body, check_length, document, received
from entrypoints.http.endpoint import Endpoint, EventStream, Reply
from entrypoints.http.problems import Headers, Refusal
from entrypoints.http.reading import Reader
from entrypoints.http.services import Services

BY_NAME = "headers_by_name"
"""Where a scope keeps its headers as a mapping."""

_encode = msgspec.json.Encoder().encode


class Operation:
    """An endpoint bound to the services it calls."""

    def __init__(self, endpoint: Endpoint, services: Services) -> None:
        self._endpoint = endpoint
        self._services = services
        self._permission = endpoint.access if isinstance(endpoint.access, Permission) else None
        self._status = next(iter(endpoint.answers))
        self._media_type = endpoint.media_type.encode()

    @cached_property
    def _reader(self) -> Reader:
        """Made for the first request, so that the start need not wait for the readers of all endpoints."""
        return Reader(self._endpoint.input_type, self._endpoint.path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Mapping[bytes, bytes] = scope[BY_NAME]
        caller = None if self._permission is None else await self._authorised(headers, self._permission)
        content = await self._document(headers, receive)
        path = scope.get("path_params", {})
        request = self._reader.read(path, scope["query_string"], headers, content)
        answer = await self._endpoint.call(self._services, caller, request)
        if self._endpoint.method != "GET":
            self._services.changes.happened()
            self._services.wrote()
        if type(answer) is EventStream:
            await self._stream(answer, caller, scope, receive, send)
        elif type(answer) is Reply:
            await self._answer(scope, send, answer.status, answer.value, answer.headers)
        else:
            await self._answer(scope, send, self._status, answer)

    async def _authorised(self, headers: Mapping[bytes, bytes], permission: Permission) -> Caller:
        caller = await self._services.tokens.verify(bearer_token(headers.get(b"authorization", b"")))
        caller.require(permission)
        return caller

    async def _document(self, headers: Mapping[bytes, bytes], receive: Receive) -> Any:
        if not announces_body(headers):
            return document(headers, b"") if self._reader.takes_body else None
        check_length(headers)
        if not self._reader.takes_body:
            if await received(receive):
                raise Refusal(400, "unexpected_body", "this takes no body")
            return None
        return document(headers, await received(receive))

    async def _answer(self, scope: Scope, send: Send, status: int, value: Any, headers: Headers = ()) -> None:
        content = value if type(value) is bytes else _encode(value)
        await respond(scope, send, status, self._media_type, content, headers)

    async def _stream(
        self, stream: EventStream, caller: Caller | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Sends until the caller leaves or may listen no longer, or the service drains.

        The answer begins with the first frame, so that a stream that cannot begin is refused like any request.
        """
        async with aclosing(stream.frames) as frames:
            first = await anext(frames)
            await send(_start(self._status, [(b"content-type", self._media_type), (b"x-accel-buffering", b"no")]))
            await send({"type": "http.response.body", "body": first, "more_body": True})
            seconds = None if caller is None else (caller.expires_at - self._services.now()).total_seconds()
            with move_on_after(seconds):
                async with create_task_group() as watch:

                    async def end_after(happening: Callable[[], Awaitable[None]]) -> None:
                        await happening()
                        watch.cancel_scope.cancel()

                    watch.start_soon(end_after, partial(_left, receive))
                    watch.start_soon(end_after, self._services.readiness.drained)
                    async for frame in frames:
                        await send({"type": "http.response.body", "body": frame, "more_body": True})
                    watch.cancel_scope.cancel()
        await send({"type": "http.response.body", "body": b""})


def bearer_token(authorization: bytes) -> str:
    """The token; empty when there is none, or another scheme."""
    scheme, _, token = authorization.partition(b" ")
    return token.strip(b" ").decode("latin-1") if scheme.lower() == b"bearer" else ""


async def respond(
    scope: Scope, send: Send, status: int, media_type: bytes, content: bytes, headers: Headers = ()
) -> None:
    described = [(b"content-type", media_type), (b"content-length", b"%d" % len(content)), *headers]
    await send(_start(status, described))
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})


def _start(status: int, headers: Sequence[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
