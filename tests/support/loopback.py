"""An HTTP server on loopback that answers as it is told, and writes down what it was asked."""

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = Callable[[bytes], Awaitable[bytes | None]]
"""From the whole request to the whole response; None closes the connection without one."""


@define
class Loopback:
    """Gives one answer after the other; the last one for ever."""

    answers: list[Answer]
    requests: list[bytes] = field(factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                request = head + await reader.readexactly(int(length or 0))
                self.requests.append(request)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                response = await answer(request)
                if response is None:
                    return
                writer.write(response)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def loopback(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Loopback]:
    """Serve while the block runs."""
    server = Loopback(list(answers))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def self_signed(folder: Path) -> ssl.SSLContext:
    """What a server shows that no one vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    shown = folder / "shown.pem"
    shown.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    return context


def http(body: bytes | str, status: int = 200, content_type: str = "application/json", **headers: str) -> Answer:
    """Always this response."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {content_type}", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + content)


def raw(response: bytes) -> Answer:
    async def answer(_: bytes) -> bytes:
        return response

    return answer


async def cut_off(_: bytes) -> None:
    """Close the connection, having done nothing."""


async def silence(_: bytes) -> None:
    """Never answer."""
    await asyncio.Event().wait()


def forwarded(port: int) -> Answer:
    """What the server at another port answers."""

    async def answer(request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        response = await reader.read()
        writer.close()
        return response

    return answer


def answer_lost(port: int) -> Answer:
    """Let the server at another port do it, and close the connection instead of saying so."""
    forward = forwarded(port)

    async def answer(request: bytes) -> None:
        await forward(request)

    return answer
