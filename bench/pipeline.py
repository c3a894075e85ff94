"""Candles a second through the whole live path, against raw `sqlite3` inserting the same candles in the same batches.

The path: replay file → store → strategies → risk → journal → fills → outbox → messenger. Both sides write to the same
disk with `synchronous=NORMAL`: what a power cut takes from a replay is traded again.
"""

import asyncio
import io
import sqlite3
import time
from pathlib import Path
from statistics import median

from dependency_injector.providers import Object

from _measure import replay_files, report, scratch
from adapters.messaging.console import ConsoleMessenger
from adapters.sqlite.schema import SqliteSchema
from application.ports.transactions import Stores
from domain.market.timeframe import Timeframe
from domain.shared import time as instants
from domain.shared.money import text
from entrypoints.container import Container
from entrypoints.settings import read_settings

ROUNDS = 5
CANDLES = 2 * 25_920
LAST = "2025-07-02T17:00:00.000Z"


def container(database: Path) -> Container:
    settings = read_settings(
        {
            "DATABASE_URL": str(database),
            "EXCHANGE": "replay",
            "REPLAY_FILES": replay_files("BTCUSDT-5m", "ETHUSDT-5m"),
            "REPLAY_SPEED": "max",
        }
    )
    return Container(settings=settings, messenger=Object(ConsoleMessenger(io.StringIO())))


async def whole_path(database: Path) -> tuple[float, int]:
    """Seconds until every candle was traded and every event told, and how many fills there were."""
    parts = container(database)
    SqliteSchema(database).upgrade()
    store = parts.database()
    await store.open()
    await parts.prepare_installation()()
    await parts.exchange().symbols()  # checks the files; a service does this once at its start
    supervisor = parts.supervisor()
    started = time.perf_counter()
    running = asyncio.create_task(supervisor.run())
    end = None
    while end is None:
        await asyncio.sleep(0.02)
        end = await parts.database().read(_finished)
    seconds = time.perf_counter() - started
    supervisor.stop()
    await running
    fills = await store.read(lambda stores: len(stores.fills.page(symbol=None, before=None, limit=1_000_000)))
    await store.close()
    return seconds, fills


def _finished(stores: Stores) -> bool | None:
    traded = stores.memories.traded(Timeframe.M5)
    complete = len(traded) == 2 and all(instants.text(mark.opened) == LAST for mark in traded.values())
    return True if complete and not stores.outbox.waiting(1) else None


async def batches() -> list[list[tuple[str, ...]]]:
    """The very batches that the feed records, as rows."""
    exchange = container(Path("unused.db")).exchange()
    return [
        [
            (
                candle.symbol,
                candle.timeframe,
                instants.text(candle.open_time),
                *map(text, (candle.open, candle.high, candle.low, candle.close, candle.volume)),
            )
            for candle in batch
        ]
        async for batch in exchange.stream(exchange.timeframe, {})
    ]


def raw(database: Path, rows: list[list[tuple[str, ...]]]) -> float:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(
        "CREATE TABLE candles (symbol TEXT, timeframe TEXT, open_time TEXT, open TEXT, high TEXT, low TEXT, close TEXT,"
        " volume TEXT, PRIMARY KEY (symbol, timeframe, open_time)) WITHOUT ROWID"
    )
    started = time.perf_counter()
    for batch in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO candles VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def main() -> None:
    rows = asyncio.run(batches())
    ours, bare, ratios, fills = [], [], [], 0
    with scratch() as folder:
        for number in range(ROUNDS):
            seconds, fills = asyncio.run(whole_path(folder / f"ours-{number}.db"))
            insert = raw(folder / f"raw-{number}.db", rows)
            ours.append(CANDLES / seconds)
            bare.append(CANDLES / insert)
            ratios.append(insert / seconds)
    report("whole path", median(ours), "candles/s")
    report("raw sqlite3 insert", median(bare), "candles/s")
    report("fills made on the way", fills)
    report("ratio", median(ratios), "", goal="≥ 0.10")


if __name__ == "__main__":
    main()
