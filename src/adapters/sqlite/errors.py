"""SQLite's errors in the words of the product, with what to do about them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from domain.errors import Unavailable

_MEANINGS = {
    sqlite3.SQLITE_READONLY: "cannot be written; make the file and its folder writable for this user",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; its folder must exist and this user must be allowed to use it",
    sqlite3.SQLITE_PERM: "cannot be opened; this user must be allowed to use the file",
    sqlite3.SQLITE_NOTADB: "is not a SQLite file; name another one, or restore a backup",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore a backup",
    sqlite3.SQLITE_FULL: "is full; make room on its disk",
    sqlite3.SQLITE_BUSY: "is locked by another process; end that one, or try again",
    sqlite3.SQLITE_IOERR: "cannot be read or written; check its disk",
}


def busy(error: sqlite3.Error) -> bool:
    """Whether another process kept the database locked for too long."""
    return _kind(error) == sqlite3.SQLITE_BUSY


def unavailable(error: sqlite3.Error) -> Unavailable:
    """What callers are told instead of `error`."""
    meaning = _MEANINGS.get(_kind(error), f"failed: {error}")
    refusal = Unavailable(f"the database (DATABASE_URL) {meaning}", code="database_unavailable")
    refusal.__cause__ = error
    return refusal


@contextmanager
def translated() -> Iterator[None]:
    """Whatever SQLite complains about inside becomes Unavailable."""
    try:
        yield
    except sqlite3.Error as error:
        raise unavailable(error) from error


def _kind(error: sqlite3.Error) -> int:
    """The primary result code; the driver's own complaints carry none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
