"""Listening sockets: IPv4 and IPv6 at once, wherever the machine has both."""

import errno
import socket
from typing import Any

BACKLOG = 2048


LOOPBACK = ("127.0.0.1", "::1")
"""What `localhost` means; machines whose name resolution knows only one of them are common."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Bind `host`: `::` takes one socket for both families, a name one for each of its addresses.

    Raises:
        OSError: the port is taken, or nothing could be bound.
    """
    if host == "::" and socket.has_dualstack_ipv6():
        return [socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG)]
    names = LOOPBACK if host == "localhost" else ("0.0.0.0",) if host == "::" else (host,)  # noqa: S104
    bound: list[socket.socket] = []
    failure: OSError | None = None
    for name in names:
        for family, _, _, _, address in _addresses(name, port):
            try:
                bound.append(socket.create_server(address[:2], family=family, backlog=BACKLOG))
            except OSError as error:
                failure = error
    # A family the machine lacks may be missing; a port that somebody else holds may not.
    if bound and (failure is None or failure.errno != errno.EADDRINUSE):
        return bound
    for listening in bound:
        listening.close()
    reason = failure.strerror if failure else "no address"
    raise OSError(f"HOST {host}, PORT {port}: {reason}")


def _addresses(host: str, port: int) -> list[tuple[Any, ...]]:
    try:
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except socket.gaierror as error:
        raise OSError(f"HOST {host}: {error.strerror}") from error
