"""Remote copies for tests, and what someone sees who looks into them without a bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from attrs import frozen

from adapters.memory.replica import MemoryReplica
from adapters.sql.mirrors import MIRRORS, MirrorTable
from adapters.system.clock import wall_clock
from adapters.turso.replica import TursoReplica
from adapters.turso.upkeep import TursoUpkeep
from application.ports.sync import Replica
from application.ports.upkeep import RowName, Upkeep
from domain.sync.change import key_of
from domain.sync.clock import Boot
from domain.sync.row import Values
from support import sqld

KINDS = ("memory", "sqld") if sqld.installed() else ("memory",)

SETTINGS = {"settings": MirrorTable(("name",), ("value",)), **MIRRORS}


@frozen
class Remote:
    replica: Replica
    upkeep: Upkeep
    server: sqld.Sqld | None

    def log(self) -> list[tuple[int, str, str]]:
        """Each entry's number, node and payload."""
        if self.server is None:
            assert isinstance(self.replica, MemoryReplica)
            entries = sorted(self.replica.entries.items())
            return [(seq, entry.node, entry.change.payload) for seq, entry in entries]
        found = self.server.query("SELECT seq, node, payload FROM sync_changes ORDER BY seq")
        return [(int(seq or 0), node or "", payload or "") for seq, node, payload in found]

    def mirrored(self) -> dict[RowName, Values]:
        if self.server is None:
            assert isinstance(self.replica, MemoryReplica)
            return {(name, key): row for name, rows in self.replica.mirrors.items() for key, row in rows.items()}
        found: dict[RowName, Values] = {}
        for name, table in SETTINGS.items():
            columns = ", ".join(f'"{column}"' for column in (*table.keys, *table.columns))
            for row in self.server.query(f'SELECT {columns} FROM "{name}"'):
                keys = [text or "" for text in row[: len(table.keys)]]
                found[name, key_of(keys)] = dict(zip(table.columns, row[len(keys) :], strict=True))
        return found

    def silent_since(self, node: Boot, days: int) -> None:
        """Let the node have been heard of that long ago."""
        if self.server is None:
            assert isinstance(self.replica, MemoryReplica)
            seq, at = self.replica.nodes[node]
            self.replica.nodes[node] = seq, at - timedelta(days=days)
        else:
            self.server.query(
                f"UPDATE sync_nodes SET seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-{days} days') "
                f"WHERE node = '{node}'"
            )


@asynccontextmanager
async def remote(kind: str, folder: Path) -> AsyncIterator[Remote]:
    if kind == "memory":
        memory = MemoryReplica(now=wall_clock)
        yield Remote(memory, memory, None)
        return
    server = sqld.Sqld(folder / "sqld").start()
    turso = TursoReplica(url=server.url, token=sqld.token(), production=False)
    try:
        yield Remote(turso, TursoUpkeep(replica=turso, mirrors=SETTINGS), server)
    finally:
        await turso.close()
        server.kill()
