"""JSON documents as they arrive: bounded, and stricter than any parser by default."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.types import Receive

from entrypoints.http.problems import Refusal

LARGEST = 1024 * 1024
"""Bytes of a request's body."""


class Disconnected(Exception):
    """The client left before it had said all."""


class _RepeatedName(ValueError):
    pass


def announces_body(headers: Mapping[bytes, bytes]) -> bool:
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


def check_length(headers: Mapping[bytes, bytes]) -> None:
    """Raises Refusal for a length that is none, or too much, before anything of the body is read."""
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        raise Refusal(400, "malformed_header", "Content-Length must be a whole number", headers=_CLOSE)
    if len(length) > len(str(LARGEST)) or int(length) > LARGEST:
        raise _too_large()


async def received(receive: Receive) -> bytes:
    """The body.

    Raises:
        Refusal: it is larger than it may be.
        Disconnected: it never ended.
    """
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST:
            raise _too_large()
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def document(headers: Mapping[bytes, bytes], content: bytes) -> Any:
    """The JSON value that `content` is.

    Raises:
        Refusal: it is missing, of another type, or not JSON; an object in it names something twice.
    """
    media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if not content:
        raise Refusal(400, "missing_body", "a JSON document is required")
    if media_type != b"application/json":
        raise Refusal(415, "unsupported_media_type", "the body must be application/json")
    try:
        value = msgspec.json.decode(content)
        # msgspec keeps the last of two equal names; one of them would have been meant.
        json.loads(content, object_pairs_hook=_without_repetition)
    except _RepeatedName as repetition:
        raise Refusal(400, "invalid_json", str(repetition)) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refusal(400, "invalid_json", f"the body is not JSON: {error}") from None
    except RecursionError:
        raise Refusal(400, "invalid_json", "the body is nested too deeply") from None
    return value


def _without_repetition(pairs: Sequence[tuple[str, Any]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise _RepeatedName(f"an object has the name {name[:64]!r} twice")
        names.add(name)


def _too_large() -> Refusal:
    return Refusal(413, "body_too_large", f"a body has at most {LARGEST} bytes", headers=_CLOSE)


_CLOSE = [(b"connection", b"close")]
"""What was not read of the request cannot be told from the next one."""
