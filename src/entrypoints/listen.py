"""Listening sockets: IPv4 and IPv6 at once, wherever the machine has both."""

import errno
import socket

BACKLOG = 2048


def listen(host: str, port: int) -> list[socket.socket]:
    """Bind `host`: `::` takes one socket for both families, a name one for each of its addresses.

    Raises:
        OSError: nothing could be bound, with the reason of the last address.
    """
    if host == "::" and socket.has_dualstack_ipv6():
        return [socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG)]
    if host == "::":
        host = "0.0.0.0"  # noqa: S104
    bound: list[socket.socket] = []
    failure: OSError | None = None
    for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE):
        try:
            bound.append(socket.create_server(address[:2], family=family, backlog=BACKLOG))
        except OSError as error:
            failure = error
    if bound and not _taken(failure):
        return bound
    for listening in bound:
        listening.close()
    raise failure or OSError(f"{host} has no address")


def _taken(failure: OSError | None) -> bool:
    """A family the machine lacks may be missing; a port that somebody else holds may not."""
    return failure is not None and failure.errno == errno.EADDRINUSE
