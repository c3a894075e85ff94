"""Bots that share one record: each has a file of its own, and all have one remote copy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from attrs import frozen

from adapters.sql.shared import DEFAULTS, POLICIES, SHARED
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.sync.copy import SqliteCopy
from adapters.sqlite.sync.statements import SQL
from adapters.system.clock import wall_clock
from adapters.system.ids import UuidV7
from application.ops.prepare_installation import PrepareInstallationHandler
from application.ports.sync import Replica
from application.ports.upkeep import RowName, Upkeep
from application.sync.compact_log import CompactLogHandler
from application.sync.mirror_record import MirrorRecordHandler
from application.sync.synchronize import SynchronizeHandler
from domain.sync.change import key_of
from domain.sync.clock import Boot
from domain.sync.row import Values
from support.build import an_account
from support.stores import sqlite_file


@frozen
class Node:
    database: SqliteDatabase
    copy: SqliteCopy
    boot: Boot
    synchronize: SynchronizeHandler
    mirror: MirrorRecordHandler
    compact: CompactLogHandler

    async def sync(self) -> None:
        while (await self.synchronize()).more:
            pass

    async def mirror_all(self) -> None:
        while await self.mirror():
            pass

    async def run(self, sql: str, *parameters: object) -> None:
        """What someone does in a shell beside the bot, or the bot itself."""
        await self.database.write(lambda stores: stores.session.write(sql, parameters))

    async def rows(self) -> dict[RowName, Values]:
        """Every row of the shared tables, as other nodes are told of it."""
        found: dict[RowName, Values] = {}
        for name, shared in SHARED.items():
            sql = f"SELECT {', '.join((*shared.keys, *shared.columns))} FROM {name}"
            for row in await self.database.read(lambda stores, sql=sql: stores.session.all(sql)):
                keys = len(shared.keys)
                found[name, key_of(row[:keys])] = SQL[name].texts(row[keys:])
        return found


@asynccontextmanager
async def a_node(folder: Path, number: int, replica: Replica, upkeep: Upkeep) -> AsyncIterator[Node]:
    """A bot that was just installed; its file is in `folder`, which must exist."""
    account = an_account()
    database = SqliteDatabase(sqlite_file(folder), account)
    await database.open()
    try:
        copy, boot = SqliteCopy(database), Boot(f"{number:016x}")
        await copy.begin(boot)
        await PrepareInstallationHandler(transactions=database, account=account)()
        synchronize = SynchronizeHandler(
            copy=copy,
            replica=replica,
            policies=POLICIES,
            defaults=DEFAULTS,
            account="account",
            schema=1,
            now=wall_clock,
            new_id=UuidV7(),
            page=7,
        )
        mirror = MirrorRecordHandler(copy=copy, upkeep=upkeep)
        compact = CompactLogHandler(copy=copy, replica=replica, upkeep=upkeep)
        yield Node(database, copy, boot, synchronize, mirror, compact)
    finally:
        await database.close()
