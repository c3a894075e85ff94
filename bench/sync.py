"""What the synchronization costs, beside raw `sqlite3` that writes and reads the same candles locally.

A real libSQL server runs on loopback. Every round is a server, a node that tells it its candles and a node that
takes them in, all new; the yardsticks run between them. `python bench/sync.py --help` lists the sizes.
"""

import asyncio
import gc
import random
import re
import sqlite3
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from _measure import ROOT, processor_seconds, report, scratch
from adapters.sql import statements, tables
from adapters.sql.shared import DEFAULTS, POLICIES
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.schema import SqliteSchema
from adapters.sqlite.sync.copy import SqliteCopy
from adapters.system.clock import wall_clock
from adapters.system.ids import UuidV7
from adapters.turso.client import PipelineClient
from adapters.turso.replica import TursoReplica
from application.sync.synchronize import SynchronizeHandler
from domain.shared.time import text
from domain.sync.clock import Boot

sys.path.append(str(ROOT / "tests"))

from support import sqld
from support.build import an_account
from support.process import Service

ROUNDS, SINGLE_COMMITS, BULK, INTERVAL = 3, 2_000, 10_000, 1
ADD = statements.add(tables.candles)
READ = "SELECT symbol, timeframe, open_time, open, high, low, close, volume FROM candles"
SYMBOLS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT")

Candle = tuple[str, ...]


def candles(count: int) -> list[Candle]:
    """One-minute candles of four symbols, minute by minute, as they are written."""
    chance, price, found = random.Random(1), 6_000_000, list[Candle]()
    opened = datetime(2024, 1, 1, tzinfo=UTC)
    while len(found) < count:
        moment = text(opened)
        for symbol in SYMBOLS:
            opening, price = price, max(price + chance.randint(-5_000, 5_000), 10_000)
            high, low = max(opening, price) + chance.randint(0, 900), min(opening, price) - chance.randint(0, 900)
            prices = (f"{part // 100}.{part % 100:02}" for part in (opening, high, low, price))
            found.append((symbol, "1m", moment, *prices, f"{chance.randint(1, 10**9) / 10**5:.5f}"))
        opened += timedelta(minutes=1)
    return found[:count]


def new_database(path: Path) -> Path:
    SqliteSchema(path).upgrade()
    return path


@contextmanager
def connected(path: Path, synchronous: str = "NORMAL") -> Iterator[sqlite3.Connection]:
    """A connection as the bot's writer has it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}", "cache_size = -8192"):
            connection.execute(f"PRAGMA {pragma}")
        yield connection


@asynccontextmanager
async def node(path: Path, url: str, token: str | None = None) -> AsyncIterator[SynchronizeHandler]:
    """A node of its own, which has joined nothing yet."""
    account = an_account()
    database = SqliteDatabase(path, account)
    replica = TursoReplica(url=url, token=token or sqld.token(), production=False)
    await database.open()
    copy = SqliteCopy(database)
    await copy.begin(Boot(f"{random.getrandbits(64):016x}"))
    try:
        yield SynchronizeHandler(
            copy=copy,
            replica=replica,
            policies=POLICIES,
            defaults=DEFAULTS,
            account=str(account),
            schema=1,
            now=wall_clock,
            new_id=UuidV7(),
        )
    finally:
        await replica.close()
        await database.close()


async def until_done(synchronize: SynchronizeHandler) -> float:
    """Seconds until there is nothing more to tell or to take in."""
    started = time.perf_counter()
    while (await synchronize()).more:
        pass
    return time.perf_counter() - started


def raw_seconds(path: Path, rows: list[Candle]) -> tuple[float, float]:
    """To write and commit the rows, and to read them all again."""
    with connected(new_database(path)) as connection:
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(ADD, rows)
        connection.execute("COMMIT")
        written = time.perf_counter()
        assert len(connection.execute(READ).fetchall()) == len(rows)
        return written - started, time.perf_counter() - written


def write_elsewhere(path: Path, rows: list[Candle]) -> None:
    """Add rows as another process would; the triggers note them."""
    with connected(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(ADD, rows)
        connection.execute("COMMIT")


async def exchange(folder: Path, rows: list[Candle], server: sqld.Sqld) -> tuple[float, float]:
    """Seconds to tell the rows to the server, and to take them in on another node."""
    teller, taker = new_database(folder / "teller.db"), new_database(folder / "taker.db")
    async with node(teller, server.url) as synchronize:
        await until_done(synchronize)
        write_elsewhere(teller, rows)
        push = await until_done(synchronize)
        await count_idle_requests(synchronize)
    async with node(taker, server.url) as synchronize:
        pull = await until_done(synchronize)
    with connected(teller) as ours, connected(taker) as theirs:
        assert ours.execute(READ).fetchall() == theirs.execute(READ).fetchall()
    return push, pull


async def count_idle_requests(synchronize: SynchronizeHandler) -> None:
    sent, post = list[bytes](), PipelineClient._post

    async def counted(client: PipelineClient, body: bytes) -> bytes:
        sent.append(body)
        return await post(client, body)

    PipelineClient._post = counted  # type: ignore[method-assign]
    progress = await synchronize()
    PipelineClient._post = post  # type: ignore[method-assign]
    assert (progress.more, progress.told, progress.taken) == (False, 0, 0)
    IDLE.append(len(sent))


IDLE: list[int] = []


def exchanges(count: int) -> None:
    rows = candles(count)
    pushes, pulls, writes, reads, servers, sizes = [], [], [], [], [], []
    with scratch() as folder:
        for number in range(ROUNDS):
            place = folder / str(number)
            server = sqld.Sqld(place).start()
            try:
                write, read = raw_seconds(place / "raw.db", rows)
                push, pull = asyncio.run(exchange(place, rows, server))
                servers.append(processor_seconds(server.pid))
                sizes.append(stored_per_payload(server))
            finally:
                server.stop()
            for found, seconds in ((pushes, push), (pulls, pull), (writes, write), (reads, read)):
                found.append(seconds)
    both = [write + read for write, read in zip(writes, reads, strict=True)]
    for figure, found in (("raw write", writes), ("raw read", reads), ("push", pushes), ("pull", pulls)):
        report(f"{figure} of {count:,} candles", median(found), "s")
    report("the server's processor, push and pull together", median(servers), "s")
    for figure, found, goal in (("push", pushes, "≥ 0.33"), ("pull", pulls, "≥ 0.15")):
        report(
            f"{figure} against raw write and read", median(a / b for a, b in zip(both, found, strict=True)), goal=goal
        )
    report("push against raw write alone", median(a / b for a, b in zip(writes, pushes, strict=True)))
    report("pull against raw read alone", median(a / b for a, b in zip(reads, pulls, strict=True)))
    report("requests of an idle synchronization", max(IDLE), goal="1")
    report("remote storage for a byte of payload", median(sizes), "bytes", goal="≤ 3")


def stored_per_payload(server: sqld.Sqld) -> float:
    ((pages, size),) = server.query("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size")
    ((payload,),) = server.query("SELECT sum(length(CAST(payload AS BLOB))) FROM sync_changes")
    return int(pages or 0) * int(size or 0) / int(payload or 1)


async def install_triggers(path: Path) -> None:
    database = SqliteDatabase(path, an_account())
    await database.open()
    await SqliteCopy(database).begin(Boot("a" * 16))
    await database.close()


def single_seconds(path: Path, rows: list[Candle]) -> float:
    with connected(path) as connection:
        started = time.perf_counter()
        for row in rows:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(ADD, row)
            connection.execute("COMMIT")
        return time.perf_counter() - started


def bulk_seconds(path: Path, rows: list[Candle]) -> float:
    started = time.perf_counter()
    write_elsewhere(path, rows)
    return time.perf_counter() - started


def capture() -> None:
    rows = candles(SINGLE_COMMITS + BULK)
    single, bulk = [], []
    with scratch() as folder:
        for number in range(5):
            bare, noted = (new_database(folder / f"{kind}-{number}.db") for kind in ("bare", "noted"))
            asyncio.run(install_triggers(noted))
            few, many = rows[:SINGLE_COMMITS], rows[SINGLE_COMMITS:]
            single.append(1 / single_seconds(bare, few) * single_seconds(noted, few))
            bulk.append(1 / bulk_seconds(bare, many) * bulk_seconds(noted, many))
    report("capture: a commit of one candle, times one without", median(single), goal="≤ 2.5")
    report(f"capture: {BULK:,} candles in one commit, times without", median(bulk), goal="≤ 4")


async def fill(server: sqld.Sqld, path: Path, rows: list[Candle]) -> None:
    async with node(path, server.url) as synchronize:
        await until_done(synchronize)
        write_elsewhere(path, rows)
        await until_done(synchronize)


def bootstrap(count: int) -> None:
    with scratch() as folder:
        server = sqld.Sqld(folder / "server").start()
        try:
            asyncio.run(fill(server, new_database(folder / "full.db"), candles(count)))
            taker = new_database(folder / "empty.db")
            command = [sys.executable, __file__, "--take-in", server.url, sqld.token(), str(taker)]
            taking = subprocess.run(command, capture_output=True, text=True, check=True)
        finally:
            server.stop()
    growth, anonymous = map(float, taking.stdout.split())
    report(f"memory while taking in {count:,} candles", growth, "MB", goal="≤ 40")
    report("of it not pages of files", anonymous, "MB")


async def take_in(url: str, token: str, path: Path) -> None:
    """In a process of its own: print by how many MB it grew at most, and how much of that is its own memory."""
    async with node(path, url, token) as synchronize:
        await synchronize()
        await synchronize()
        gc.collect()
        before, most = memory(), (0.0, 0.0)
        while (await synchronize()).more:
            most = max(most, memory())
    print(most[0] - before[0], most[1] - before[1])


def memory() -> tuple[float, float]:
    """MB resident, and how many of them are not pages of files."""
    status = Path("/proc/self/status").read_text()
    resident, anonymous = (int(re.findall(rf"{name}:\s+(\d+)", status)[0]) for name in ("VmRSS", "RssAnon"))
    return resident * 1024 / 1e6, anonymous * 1024 / 1e6


def latency(changes: int) -> None:
    """From a change of the limits at one running bot until another one, which asks every second, answers with it."""
    with scratch() as folder:
        server = sqld.Sqld(folder / "server").start()
        settings = {"TURSO_ENABLED": "true", "TURSO_URL": server.url, "TURSO_AUTH_TOKEN": sqld.token()}
        settings |= {"TURSO_SYNC_INTERVAL_SECONDS": str(INTERVAL), "SIMULATED_SPEED": "0.001x"}
        chance, taken = random.Random(1), list[float]()
        try:
            with Service(make(folder / "a"), **settings) as one, Service(make(folder / "b"), **settings) as other:
                for service in (one, other):
                    service.wait_until_healthy()
                for number in range(changes):
                    time.sleep(2 + chance.random())
                    limits = one.get("/api/v1/risk/limits")["limits"] | {"max_open_orders": 30 + number}
                    one.call("PUT", "/api/v1/risk/limits", limits)
                    began = time.perf_counter()
                    while other.get("/api/v1/risk/limits")["limits"]["max_open_orders"] != 30 + number:
                        time.sleep(0.002)
                    taken.append(time.perf_counter() - began)
        finally:
            server.stop()
    goal = f"≤ {1.1 * INTERVAL + 0.1:.2f}: the interval, its jitter and 100 ms"
    report(f"seconds until a change is seen elsewhere, interval {INTERVAL} s: median", median(taken), "s")
    report("the slowest", max(taken), "s", goal=goal)


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> None:
    options = ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000, help="candles that are pushed and pulled")
    options.add_argument("--bootstrap", type=int, default=1_000_000, help="candles for the measure of memory")
    options.add_argument("--take-in", nargs=3, metavar=("URL", "TOKEN", "FILE"), help="measure this process")
    chosen = options.parse_args()
    if chosen.take_in:
        url, token, path = chosen.take_in
        asyncio.run(take_in(url, token, Path(path)))
        return
    exchanges(chosen.rows)
    capture()
    latency(20)
    bootstrap(chosen.bootstrap)


if __name__ == "__main__":
    main()
