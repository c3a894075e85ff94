"""Databases for tests: empty, migrated and open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.memory.database import MemoryDatabase
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.schema import SqliteSchema
from domain.trading.portfolio import Account
from support.build import an_account

KINDS = ("memory", "sqlite")
"""Every adapter of `Transactions`: whatever is said of one must be true of all."""

Database = MemoryDatabase | SqliteDatabase


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


def database(kind: str, folder: Path, account: Account | None = None) -> Database:
    """A database of that kind, empty and not yet open; its file, if it has one, is in `folder`."""
    account = account or an_account()
    return MemoryDatabase(account) if kind == "memory" else SqliteDatabase(sqlite_file(folder), account)


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Database]:
    """The same, open."""
    made = database(kind, folder)
    await made.open()
    try:
        yield made
    finally:
        await made.close()
