"""A small bot that writes at random and synchronizes, until it is killed.

`python -m support.syncing_process FILE URL TOKEN SESSION`; its journal lies beside the file. Inside each unit of
work it puts down what the rows held before and hold now, and once the unit was acknowledged, that it was.
`SESSION` is a number that no other bot was given: every figure and reason it writes contains it, and is
written once. It ends with whoever holds the other end of its input.
"""

import asyncio
import json
import os
import random
import secrets
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

from adapters.sql.migrations import HEAD
from adapters.sql.shared import DEFAULTS, POLICIES
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.sync.copy import SqliteCopy
from adapters.system.clock import wall_clock
from adapters.system.ids import UuidV7
from adapters.turso.replica import TursoReplica
from application.ops.prepare_installation import PrepareInstallationHandler
from application.ports.sync import Ledger
from application.ports.transactions import Stores
from application.sync.synchronize import SynchronizeHandler
from domain.errors import Unavailable
from domain.sync.clock import Boot
from support.build import an_account
from support.soak_writes import ACTS

ACCOUNT = an_account()
PAUSE, INTERVAL = 0.005, 0.1
FIRST_SESSION = 1_000
"""So that every number has as many digits, and remains another one as a fraction."""


def synchronizer(copy: SqliteCopy, replica: TursoReplica) -> SynchronizeHandler:
    return SynchronizeHandler(
        copy=copy,
        replica=replica,
        policies=POLICIES,
        defaults=DEFAULTS,
        account=str(ACCOUNT),
        schema=int(HEAD),
        now=wall_clock,
        new_id=UuidV7(),
    )


async def opened(path: Path) -> tuple[SqliteDatabase, SqliteCopy]:
    """The database and its copy, as a starting bot opens them."""
    database = SqliteDatabase(path, ACCOUNT)
    await database.open()
    copy = SqliteCopy(database)
    await copy.begin(Boot(secrets.token_hex(8)))
    await PrepareInstallationHandler(transactions=database, account=ACCOUNT)()
    return database, copy


class Bot:
    """What it writes, and what it puts down about it."""

    def __init__(self, session: int, journal: int) -> None:
        self._journal = journal
        self._chance = random.Random(session)
        self._numbers: Iterator[int] = count((FIRST_SESSION + session) * 1_000_000)
        self._new_id = UuidV7()

    async def write(self, copy: SqliteCopy) -> None:
        number = next(self._numbers)
        draw = self._chance.random()
        await copy.write(lambda stores, ledger: self._unit(number, random.Random(draw), stores, ledger))
        self._note({"done": number})
        os.fsync(self._journal)

    def _unit(self, number: int, chance: random.Random, stores: Stores, ledger: Ledger) -> None:
        noted: list[Any] = []
        for table, key, save in chance.choice(ACTS)(str(number), self._new_id(), chance, stores):
            before = ledger.values(table, key)
            save()
            noted.append([table, key, before, ledger.values(table, key)])
        self._note({"number": number, "writes": noted})

    def _note(self, line: dict[str, Any]) -> None:
        os.write(self._journal, json.dumps(line).encode() + b"\n")


async def main(path: Path, url: str, token: str, session: int) -> None:
    _, copy = await opened(path)
    bot = Bot(session, os.open(path.with_suffix(".journal"), os.O_WRONLY | os.O_APPEND))
    synchronize = synchronizer(copy, TursoReplica(url=url, token=token, production=False, deadline=2))

    async def write() -> None:
        while True:
            await bot.write(copy)
            await asyncio.sleep(PAUSE)

    async def share() -> None:
        while True:
            try:
                more = (await synchronize()).more
            except Unavailable:
                more = False
            await asyncio.sleep(0 if more else INTERVAL)

    await asyncio.gather(write(), share())


def end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    Thread(target=end_with_input, daemon=True).start()
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:4], int(sys.argv[4])))
