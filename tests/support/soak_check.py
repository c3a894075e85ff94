"""What must be true once the copies of several bots were brought together."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import define

from adapters.sql.shared import SHARED
from adapters.sqlite.sync.copy import SqliteCopy
from adapters.turso.replica import TursoReplica
from application.sync.synchronize import SynchronizeHandler
from domain.sync.change import decoded
from support.soak_journal import Bot, Cell, Written, cells, in_effect, was_discarded
from support.sqld import Sqld, token
from support.stores import sqlite_file
from support.syncing_process import opened, synchronizer

ROUNDS = 20
PAGE = 1000

LOSERS = "SELECT table_name, row_key, column_name, loser_value FROM conflicts"


@define
class Report:
    """How a soak went."""

    bots_killed: int = 0
    servers_killed: int = 0
    files_lost: int = 0
    files_restored: int = 0
    acknowledged: int = 0
    """Rows whose writing was acknowledged."""
    discarded: int = 0
    """Of these, how many were in no file but a lost one, and not told."""
    overwritten: int = 0
    """Values on record as overwritten by another bot's."""
    log: int = 0
    """Changes in the log."""


async def checked(report: Report, bots: Sequence[Bot], server: Sqld, folder: Path) -> None:
    """Bring the copies and one that begins with nothing together, and raise AssertionError unless all is well."""
    heir = folder / "heir"
    heir.mkdir()
    made = [await opened(path) for path in (*(bot.path for bot in bots), sqlite_file(heir))]
    replica = TursoReplica(url=server.url, token=token(), production=False)
    try:
        copies = [copy for _, copy in made]
        nodes = [synchronizer(copy, replica) for copy in copies]
        await _settle(nodes)
        report.log = _head(server)
        assert not await _round(nodes)
        assert _head(server) == report.log
        (first, *others) = [await copy.read(_held) for copy in copies]
        for other in others:
            for table, rows in first.items():
                assert rows == other[table], f"{table} differs: {set(rows) ^ set(other[table])}"
        assert [await copy.read(lambda _, ledger: ledger.waiting()) for copy in copies] == [0] * len(copies)
        await _check_writes(report, bots, copies[0], set(_logged(server)))
    finally:
        await replica.close()
        for database, _ in made:
            await database.close()


async def _settle(nodes: Sequence[SynchronizeHandler]) -> None:
    """Synchronize until nothing more happens."""
    for _ in range(ROUNDS):
        if not await _round(nodes):
            return
    raise AssertionError(f"after {ROUNDS} rounds the copies still have news for each other")


async def _round(nodes: Sequence[SynchronizeHandler]) -> int:
    """Let each synchronize until it has nothing more to do, and return how many changes went either way."""
    changes = 0
    for node in nodes:
        more = True
        while more:
            progress = await node()
            changes += progress.told + progress.taken
            more = progress.more
    return changes


def _held(stores: Any, _: object) -> dict[str, list[Any]]:
    """Every shared row, and all that is known of each."""
    held = {
        table: stores.session.all(f"SELECT * FROM {table} ORDER BY {', '.join(shared.keys)}")
        for table, shared in SHARED.items()
    }
    return held | {"sync_rows": stores.session.all("SELECT tbl, pk, state FROM sync_rows ORDER BY tbl, pk")}


async def _check_writes(report: Report, bots: Iterable[Bot], copy: SqliteCopy, logged: set[Cell]) -> None:
    written = Written()
    for bot in bots:
        written.read(bot)
    touched = {cell[:2] for cell, _, _ in written.acknowledged}
    rows = await copy.read(lambda _, ledger: {place: ledger.values(*place) for place in touched})
    shown = {cell for place, row in rows.items() if row is not None for cell in cells(*place, row)}
    losers: set[Cell] = set(await copy.read(lambda stores, _: stores.session.all(LOSERS)))
    missing = {cell for cell, _, _ in written.acknowledged} - in_effect(shown | losers, written.replaced)
    owed = [
        (cell, at)
        for cell, bot, at in written.acknowledged
        if cell in missing and (cell in logged or not was_discarded(cell, bot, at))
    ]
    assert not owed, f"{len(owed)} acknowledged writes are gone: {owed[:5]}"
    report.acknowledged = len({(cell[:2], at) for cell, _, at in written.acknowledged})
    report.discarded = len({(cell[:2], at) for cell, _, at in written.acknowledged if cell in missing})
    report.overwritten = len(losers)


def _logged(server: Sqld) -> Iterator[Cell]:
    """Every value that the log tells."""
    for start in range(0, _head(server), PAGE):
        for table, key, payload in server.query(
            f"SELECT tbl, pk, payload FROM sync_changes WHERE seq > {start} AND seq <= {start + PAGE}"
        ):
            for values in decoded(str(payload)).writes.values():
                yield from ((str(table), str(key), column, value) for column, value in values.items())


def _head(server: Sqld) -> int:
    ((head,),) = server.query("SELECT coalesce(max(seq), 0) FROM sync_changes")
    return int(str(head))
