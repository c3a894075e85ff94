"""The front: gives every answer its request id and security headers, and every failure its problem document."""

import logging
import re
import time
from collections.abc import Mapping
from itertools import count
from secrets import token_hex

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import DomainError
from entrypoints.http.documents import Disconnected
from entrypoints.http.metrics import RequestMetrics
from entrypoints.http.middleware.hosts import AllowedHosts
from entrypoints.http.operation import BY_NAME, respond
from entrypoints.http.probes import Probes
from entrypoints.http.problems import MEDIA_TYPE, Refusal, refused, rendered

log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_SINGLE = frozenset({b"authorization", b"content-length", b"content-type", b"host", b"idempotency-key"})
"""Headers that mean nothing when they are there twice."""

_THIS_PROCESS = token_hex(12).encode()
_count = count()
"""Request ids have to differ, also from those of other processes; they are no secret."""

SECURITY = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_PAGES = {
    404: ("not_found", "there is nothing at this address"),
    405: ("method_not_allowed", "a page can only be read"),
}
_NO_STORE = (b"cache-control", b"no-store")


class Front:
    """Answers probes itself, before anything else is done."""

    def __init__(self, app: ASGIApp, probes: Probes, hosts: AllowedHosts, metrics: RequestMetrics) -> None:
        self._app = app
        self._probes = probes
        self._hosts = hosts
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = headers.get(b"x-request-id")
        if request_id is None or _REQUEST_ID.fullmatch(request_id) is None:
            request_id = _THIS_PROCESS + b"%08x" % next(_count)
        probe = self._probes.answer(scope)
        if probe is None:
            await self._through(scope, receive, send, headers, request_id)
            return
        status, described, content = probe
        with_id = [*described, (b"x-request-id", request_id)]
        await send({"type": "http.response.start", "status": status, "headers": with_id})
        await send({"type": "http.response.body", "body": content})

    async def _through(
        self, scope: Scope, receive: Receive, send: Send, headers: Mapping[bytes, bytes], request_id: bytes
    ) -> None:
        began = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(message["headers"], request_id)
            await send(message)

        scope[BY_NAME] = headers
        try:
            _check_single(scope, headers)
            self._hosts.check(headers)
            await self._app(scope, receive, answer)
        except Disconnected:
            return
        except Exception as error:
            if status:
                log.error("an answer broke off", exc_info=error, extra={"request_id": request_id.decode()})
                raise
            refusal = _refusal(error, request_id.decode())
            content = rendered(refusal, request_id.decode())
            await respond(scope, answer, refusal.status, MEDIA_TYPE.encode(), content, refusal.headers)
        finally:
            self._metrics.observe(scope, status, time.perf_counter() - began)


def _check_single(scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    if len(headers) == len(scope["headers"]):
        return
    names = [name for name, _ in scope["headers"]]
    for name in _SINGLE:
        if names.count(name) > 1:
            raise Refusal(400, "repeated_header", f"{name.decode().title()} must be there once")


def _completed(given: list[tuple[bytes, bytes]], request_id: bytes) -> list[tuple[bytes, bytes]]:
    headers = [*given, (b"x-request-id", request_id), *SECURITY]
    if not any(name == b"cache-control" for name, _ in given):
        headers.append(_NO_STORE)
    return headers


def _refusal(error: Exception, request_id: str) -> Refusal:
    match error:
        case Refusal():
            return error
        case DomainError():
            return refused(error)
        case HTTPException():
            code, detail = _PAGES.get(error.status_code, ("refused", error.detail))
            headers = [(name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items()]
            return Refusal(error.status_code, code, detail, headers=headers)
    log.error("a request failed", exc_info=error, extra={"request_id": request_id})
    return Refusal(500, "internal_error", "something went wrong; the log has the details under this request id")
