"""Killed at any instant, SQLite keeps every acknowledged unit and no half of another."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from application.ports.trading import OrderFilter
from domain.shared.ids import UserId
from support import writing_process
from support.build import an_account, an_id
from support.stores import sqlite_file

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]


def killed_while_writing(path: Path, first: int, after: int) -> list[int]:
    """The numbers that a process acknowledged until it was killed, soon after that many."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}
    command = [sys.executable, writing_process.__file__, str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
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
