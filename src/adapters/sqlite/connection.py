"""Connections: how the file is opened for writing and for reading."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.sqlite.errors import translated
from domain.errors import Unavailable

BUSY_SECONDS = 5.0
_MEBIBYTE = 1 << 20
_EVERYWHERE = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA mmap_size = {128 * _MEBIBYTE}",
)
_WRITER = (
    f"PRAGMA cache_size = -{8 * 1024}",
    f"PRAGMA journal_size_limit = {16 * _MEBIBYTE}",
)
_READER = (
    f"PRAGMA cache_size = -{2 * 1024}",
    "PRAGMA query_only = ON",
    "PRAGMA wal_autocheckpoint = 0",
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection to an existing file that begins no transaction by itself; belongs to the calling thread.

    Raises:
        Unavailable: there is no such file, or it cannot be opened.
    """
    if path.is_dir():
        raise Unavailable(
            f"DATABASE_URL names the folder {path}; name a file inside it instead", code="database_unavailable"
        )
    with translated():
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            cached_statements=256,
        )


def connect_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes and checkpoints; proves that it can."""
    connection = connect(path)
    with _closed_on_error(connection), translated():
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise Unavailable(
                "the disk of the database (DATABASE_URL) cannot share memory between processes; use a local disk",
                code="database_unavailable",
            )
        _run(connection, *_EVERYWHERE, *_WRITER, "BEGIN IMMEDIATE", "COMMIT")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads."""
    connection = connect(path)
    with _closed_on_error(connection), translated():
        _run(connection, *_EVERYWHERE, *_READER)
    return connection


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _run(connection: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(statement)
