"""PostgreSQL's errors in the words of the product, with what to do about them; none repeats the password."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg  # type: ignore[import-untyped]

from domain.errors import Unavailable

FAILURES = asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError
"""What can go wrong between us and the database; the deadlines of asyncio are among them."""

_STATES = {
    "25006": "cannot be written; name the primary server and not a copy that only reads",
    "3D000": "does not exist on its server; create it, or name another one",
    "3F000": "has no schema to work in; create the one that its search_path names",
    "42501": "cannot be used; grant its user the right to create and change tables in its schema",
    "53100": "is full; make room on its disk",
    "53300": "has no connection left; end another client, or allow more (max_connections)",
    "55P03": "is locked by another process; end that one, or try again",
    "57014": "took too long; try again",
}
_CLASSES = {
    "28": "refuses the user; check the user name and the password in it",
    "08": "broke off; see whether its server runs, and try again",
    "57": "does not answer; its server is starting or stopping, try again",
    "58": "cannot be read or written; check the disk of its server",
    "XX": "is damaged; restore a backup",
}


def lost(error: BaseException) -> bool:
    """Whether the connection is gone, so that another one may fare better."""
    return isinstance(error, OSError | asyncpg.InterfaceError) or _state(error).startswith(("08", "57P"))


def unavailable(error: BaseException) -> Unavailable:
    """What callers are told instead of `error`."""
    refusal = Unavailable(f"the database (DATABASE_URL) {_meaning(error)}", code="database_unavailable")
    refusal.__cause__ = error
    return refusal


@contextmanager
def told() -> Iterator[None]:
    """Whatever PostgreSQL complains about inside becomes Unavailable."""
    try:
        yield
    except FAILURES as error:
        raise unavailable(error) from error


def _meaning(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer in time; check its server and the network"
    if isinstance(error, OSError):
        return f"cannot be reached ({error}); start its server, or correct the address"
    state = _state(error)
    return _STATES.get(state) or _CLASSES.get(state[:2]) or f"failed: {error}"


def _state(error: BaseException) -> str:
    """The SQLSTATE; the driver's own complaints carry none."""
    return getattr(error, "sqlstate", None) or ""
