"""Bots that look after the remote copy, too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from attrs import frozen

from adapters.sql.shared import as_text
from application.ports.sync import Replica
from application.ports.upkeep import RowName, Upkeep
from application.sync.compact_log import CompactLogHandler
from application.sync.mirror_record import MirrorRecordHandler
from domain.sync.row import Values
from support import copies


@frozen
class Keeper:
    node: copies.Node
    mirror: MirrorRecordHandler
    compact: CompactLogHandler

    def run(self, sql: str, *parameters: object) -> None:
        """What another program does with the bot's file."""
        self.node.shell(sql, parameters)

    async def mirror_all(self) -> None:
        while await self.mirror():
            pass

    def rows(self) -> dict[RowName, Values]:
        """Every row of the shared tables, as other nodes are told of it."""
        return {
            (table, key): {column: as_text(stored) for column, stored in row.items()}
            for table, rows in self.node.tables().items()
            for key, row in rows.items()
        }


@asynccontextmanager
async def a_keeper(folder: Path, replica: Replica, upkeep: Upkeep) -> AsyncIterator[Keeper]:
    """A bot that was just installed; its file is in `folder`."""
    node = await copies.Node(folder=folder, replica=replica, page=7).open()
    try:
        mirror = MirrorRecordHandler(copy=node.copy, upkeep=upkeep)
        yield Keeper(node, mirror, CompactLogHandler(copy=node.copy, replica=replica, upkeep=upkeep))
    finally:
        await node.close()
