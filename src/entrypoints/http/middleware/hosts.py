"""Hosts: which names the service answers to, so that no foreign page can reach it under its own."""

from collections.abc import Iterable, Mapping

from entrypoints.http.problems import Refusal

ALWAYS = ("localhost", "127.0.0.1", "[::1]", "healthcheck.railway.app")
"""Names that only this machine and the platform's own probe can use."""


class AllowedHosts:
    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name.lower().encode() for name in (*ALWAYS, *names)}

    def check(self, headers: Mapping[bytes, bytes]) -> None:
        """Raises Refusal for a request that is addressed to anybody else."""
        host = headers.get(b"host", b"").lower()
        name, colon, port = host.rpartition(b":")
        if (name if colon and port.isdigit() else host) not in self._names:
            raise Refusal(421, "misdirected_request", "this service does not answer to that host name")
