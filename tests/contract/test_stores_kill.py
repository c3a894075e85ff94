"""Killed at any instant, SQLite keeps every acknowledged unit and no half of another, nor of a revision."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.schema import SqliteSchema
from application.ports.trading import OrderFilter
from domain.shared.ids import UserId
from support import upgrading_process, writing_process
from support.build import an_account, an_id
from support.migrations import definitions, execute, next_release, planted
from support.stores import sqlite_file

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}


WHOLE = {planted(0): set(), planted(1): {"second"}, planted(2): {"second", "third"}}
"""The planted tables at each revision."""


def killed_while_writing(path: Path, first: int, after: int) -> list[int]:
    """The numbers that a process acknowledged until it was killed, soon after that many."""
    command = [sys.executable, writing_process.__file__, str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        acknowledged = [next(process.stdout) for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout
    return [int(line) for line in acknowledged if line.endswith("\n")]


async def test_acknowledged_units_survive_sigkill(tmp_path):
    path = sqlite_file(tmp_path)
    chance = random.Random(1)
    acknowledged: set[int] = set()
    end = 0
    for _ in range(3):
        acknowledged |= set(killed_while_writing(path, end, chance.randint(1, 400)))
        end = max(acknowledged) + 1 + writing_process.IN_FLIGHT

        orders, keys = await on_record(path, end)

        assert acknowledged <= orders
        assert orders == keys


async def on_record(path: Path, end: int) -> tuple[set[int], set[int]]:
    """The numbers below `end` of which there is an order, and of which there is a key."""

    def unit(stores):
        numbers = {an_id(number): number for number in range(end)}
        orders = {numbers[order.id] for order in stores.orders.page(OrderFilter(), before=None, limit=end)}
        keys = {n for n in range(end) if stores.idempotency_keys.find(UserId("user"), str(n)) is not None}
        return orders, keys

    database = SqliteDatabase(path, an_account())
    await database.open()
    try:
        return await database.read(unit)
    finally:
        await database.close()


def test_an_upgrade_that_is_killed_leaves_a_whole_revision(tmp_path):
    path = sqlite_file(tmp_path)
    execute(path, "INSERT INTO listings VALUES ('BTC/USDT', '2025-01-01T12:00:00.000Z')")
    made = [["CREATE TABLE second (id)", "INSERT INTO second SELECT symbol FROM listings"], ["CREATE TABLE third (id)"]]
    migrations = next_release(tmp_path, *made)
    command = [sys.executable, upgrading_process.__file__, *map(str, (path, migrations, tmp_path / "killed"))]
    subprocess.run(command, env=ENVIRONMENT, check=True)

    seen = []
    for killed in sorted((tmp_path / "killed").iterdir(), key=lambda folder: int(folder.name)):
        schema = SqliteSchema(killed / path.name, migrations)
        current = schema.status().current
        assert {"second", "third"} & definitions(schema.path).keys() == WHOLE[current]
        named = sorted((killed / "backups").glob("*.db"))
        assert len(named) == 1 if current != planted(0) else len(named) <= 1
        schema.upgrade()
        schema.check()
        assert execute(schema.path, "SELECT id FROM second") == [("BTC/USDT",)]
        assert execute(schema.path, "PRAGMA integrity_check") == [("ok",)]
        kept = list((killed / "backups").iterdir())
        assert {execute(backup, "SELECT count(*) FROM listings")[0] for backup in kept} == {(1,)}
        assert not [backup for backup in kept if backup.suffix != ".db"]
        seen.append(current)

    assert seen == sorted(seen)
    assert set(seen) == set(WHOLE)
