"""libsql-client's HTTP client, made to speak the protocol that today's servers speak.

It posts to `v1/…`, which Turso no longer answers, sends "Bearer None" without a token, and waits for ever.
Importing this module costs a second: `replica` does it at first use, off the event loop.
"""

import asyncio
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import aiohttp
import msgspec
from libsql_client import LibsqlError  # type: ignore[import-untyped]
from libsql_client.http import HttpClient  # type: ignore[import-untyped]

from adapters.turso import refusals
from domain.errors import Rejected, Unavailable

Step = tuple[str, Sequence[str | int | None] | Mapping[str, str | int]]
Rows = list[tuple[Any, ...]]

LARGEST_ANSWER = 10_000_000
"""Bytes; a server sends no more, and nothing larger is read."""


class PipelineClient(HttpClient):  # type: ignore[misc]
    """Posts each batch to `/v2/pipeline`, and closes the stream with it.

    Whatever is sent must be harmless when it arrives twice: a request whose connection turns out to have
    been closed by the server is sent once more. Raises domain errors only.
    """

    def __init__(self, url: str, authorization: str | None, deadline: float) -> None:
        # A server beside this one takes three times as long when it compresses; over a long way it is worth it.
        headers = {"accept-encoding": "gzip" if url.startswith("https:") else "identity"}
        if authorization:
            headers["authorization"] = authorization
        self._session = aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=None))
        self._url = url
        self._deadline = deadline

    async def transaction_of(self, steps: Sequence[Step]) -> list[Rows]:
        """Run the statements in one transaction, and return the rows of each."""
        try:
            return [[tuple(row) for row in found] for found in await self.batch(list(steps))]
        except LibsqlError as error:
            raise refusals.by_code(error.code, error.explanation) from None
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            raise refusals.not_libsql() from None

    async def _send(self, method: str, path: str, request_body: Any) -> Any:
        call = {"type": path.rpartition("/")[2], **request_body}
        answer = await self._exchange(msgspec.json.encode({"requests": [call, {"type": "close"}]}))
        result = msgspec.json.decode(answer)["results"][0]
        if result["type"] == "ok":
            return result["response"]
        raise LibsqlError(str(result["error"]["message"]), str(result["error"].get("code")))

    async def _exchange(self, body: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._deadline):
                try:
                    return await self._post(body)
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                    return await self._post(body)
        except TimeoutError:
            raise Unavailable(f"the remote took longer than {self._deadline:g} s", code="remote_timeout") from None
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            detail = "the remote could not prove who it is; see whether this machine's clock is right"
            raise Unavailable(detail, code="remote_untrusted") from None
        except aiohttp.ClientConnectorError:
            raise Unavailable("no server answers at TURSO_URL", code="remote_unreachable") from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise Rejected("TURSO_URL is not an address", code="remote_wrong_url") from None
        except aiohttp.ClientResponseError:
            raise refusals.not_libsql() from None
        except (aiohttp.ClientError, ConnectionError):
            raise Unavailable("the connection to the remote was lost", code="remote_connection_lost") from None

    async def _post(self, body: bytes) -> bytes:
        headers = {"content-type": "application/json"}
        async with self._session.post(
            self._url, data=BytesIO(body), headers=headers, allow_redirects=False
        ) as response:
            answer = bytearray()
            async for chunk in response.content.iter_chunked(1 << 16):
                answer += chunk
                if len(answer) > LARGEST_ANSWER:
                    raise Rejected("the remote's answer is too large", code="remote_answer_too_large")
            if response.status != 200:
                raise refusals.by_status(response.status, answer[:1000].decode(errors="replace"))
            return bytes(answer)
