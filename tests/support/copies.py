"""Copies of the shared record: SQLite files that are opened, crash, are restored and synchronize."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from attrs import define, field

from adapters.sql.shared import DEFAULTS, POLICIES, SHARED
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.sync.copy import SqliteCopy
from application.ops.prepare_installation import PrepareInstallationHandler
from application.ports.sync import Copy, Place, Replica
from application.sync.synchronize import Progress, SynchronizeHandler
from domain.sync.change import Key, key_of
from domain.sync.clock import Boot
from domain.sync.row import Row
from support.build import START, an_account, new_ids
from support.stores import sqlite_file

SCHEMA = 2
REAL = 1_500_000_000_000
"""Milliseconds: triggers note the wall clock, which is later; the instants that tests give are earlier."""

_boots = count(1)


def a_boot() -> Boot:
    return Boot(f"{next(_boots):016x}")


@define(kw_only=True)
class Node:
    """One node: its file in `folder`, and the handler that synchronizes it with `replica`.

    `through` stands between the handler and the copy.
    """

    folder: Path
    replica: Replica
    page: int = 1_000
    account: str = "an account"
    schema: int = SCHEMA
    through: Callable[[Copy], Copy] = field(default=lambda copy: copy)
    database: SqliteDatabase = field(init=False)
    copy: SqliteCopy = field(init=False)
    synchronize: SynchronizeHandler = field(init=False)
    _ids: Callable[[], str] = field(factory=new_ids)

    @property
    def path(self) -> Path:
        return self.folder / "cryptobot.db"

    async def open(self, content: bytes | None = None) -> "Node":
        """Open the file, with another content if one is given, as the service does."""
        self.folder.mkdir(exist_ok=True)
        if content is not None:
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self.path.write_bytes(content)
        elif not self.path.exists():
            sqlite_file(self.folder)
        self.database = SqliteDatabase(self.path, an_account())
        await self.database.open()
        self.copy = SqliteCopy(self.database)
        boot = a_boot()
        await self.copy.begin(boot)
        await PrepareInstallationHandler(transactions=self.database, account=an_account())()
        self.synchronize = SynchronizeHandler(
            copy=self.through(self.copy),
            replica=self.replica,
            policies=POLICIES,
            defaults=DEFAULTS,
            account=self.account,
            schema=self.schema,
            now=lambda: START,
            new_id=lambda: f"{boot}-{self._ids()}",
            page=self.page,
        )
        return self

    async def close(self) -> None:
        await self.database.close()

    async def settle(self) -> Progress:
        """Synchronize until there is no more to do."""
        for _ in range(200):
            progress = await self.synchronize()
            if not progress.more:
                return progress
        raise AssertionError("it never comes to an end")

    def shell(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """What another program does with the file."""
        connection = sqlite3.connect(self.path)
        try:
            with connection:
                return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def date(self, millisecond: int) -> None:
        """What was written since the last time happened then."""
        self.shell("UPDATE sync_noted SET at = ? WHERE at > ?", (millisecond, REAL))

    def content(self) -> bytes:
        """The file as a backup of this moment holds it."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.serialize()
        finally:
            connection.close()

    def tables(self) -> dict[str, dict[Key, dict[str, Any]]]:
        """Every shared row, by table and key."""
        connection = sqlite3.connect(self.path)
        try:
            return {name: dict(_rows(connection, name)) for name in SHARED}
        finally:
            connection.close()

    async def states(self) -> dict[tuple[str, Key], Row]:
        """What is known of every row that is, or was, there."""
        known = [(table, Key(key)) for table, key in self.shell("SELECT tbl, pk FROM sync_rows")]
        known += [(table, key) for table, rows in self.tables().items() for key in rows]
        return await self.copy.read(
            lambda _, ledger: {(table, key): ledger.state(table, key)[0] for table, key in known}
        )

    async def place(self) -> Place:
        return await self.copy.read(lambda _, ledger: ledger.place())

    async def waiting(self) -> int:
        return await self.copy.read(lambda _, ledger: ledger.waiting())


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Key, dict[str, Any]]]:
    shared = SHARED[table]
    columns = (*shared.keys, *shared.columns)
    for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}"):
        keys = len(shared.keys)
        yield key_of([str(part) for part in row[:keys]]), dict(zip(shared.columns, row[keys:], strict=True))
