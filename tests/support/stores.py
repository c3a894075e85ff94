"""Databases for tests: empty, migrated and open."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.memory.database import MemoryDatabase
from adapters.postgres.database import PostgresDatabase
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.schema import SqliteSchema
from domain.trading.portfolio import Account
from support import postgres
from support.build import an_account

KINDS = ("memory", "sqlite", "postgres") if postgres.installed() else ("memory", "sqlite")
"""Every adapter of `Transactions`: whatever is said of one must be true of all."""

Database = MemoryDatabase | SqliteDatabase | PostgresDatabase


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        SqliteSchema(path).upgrade()
        return path.read_bytes()


def sqlite_file(folder: Path) -> Path:
    """A SQLite file in `folder` that has the schema and nothing in it."""
    path = folder / "cryptobot.db"
    path.write_bytes(_migrated())
    return path


@contextmanager
def database(kind: str, folder: Path, account: Account | None = None) -> Iterator[Database]:
    """A database of that kind, empty and not yet open; its file, if it has one, is in `folder`."""
    account = account or an_account()
    if kind == "memory":
        yield MemoryDatabase(account)
    elif kind == "sqlite":
        yield SqliteDatabase(sqlite_file(folder), account)
    else:
        with postgres.database() as url:
            yield PostgresDatabase(url, account)


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Database]:
    """The same, open."""
    with database(kind, folder) as made:
        await made.open()
        try:
            yield made
        finally:
            await made.close()
