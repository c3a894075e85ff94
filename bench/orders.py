"""Durable order placements a second, 64 in flight, against single commits of the same rows with `synchronous=FULL`.

A placement is the whole use case: idempotency key, rounding, risk decision, journal, hand-over to the broker. The
yardstick writes the rows that came of it, one transaction an order.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

from _measure import report, scratch
from adapters.sqlite.schema import SqliteSchema
from application.ports.strategy import Mark
from application.ports.transactions import Stores
from application.trading.place_order import PlaceOrder
from domain.identity.permission import Role
from domain.identity.user import Caller
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.ids import UserId
from domain.shared.money import Money, Price, Quantity
from domain.trading.order import OrderStatus, OrderType, Side
from domain.trading.risk import EquityMarks
from entrypoints.container import Container
from entrypoints.settings import read_settings

ROUNDS, BATCHES, IN_FLIGHT = 5, 25, 64
OPENED = datetime(2025, 1, 1, tzinfo=UTC)
CLOSED = OPENED + timedelta(minutes=1)
BTC = SymbolName("BTC/USDT")
CALLER = Caller(user_id=UserId("bench"), role=Role.TRADER, expires_at=datetime(2100, 1, 1, tzinfo=UTC))
ORDER = PlaceOrder(symbol=BTC, side=Side.BUY, type=OrderType.MARKET, quantity=Quantity(Decimal("0.001")))
TABLES = ("orders", "idempotency_keys")


def settle_market(stores: Stores) -> None:
    """A price to decide by, and equity to measure losses from."""
    stores.memories.save(Timeframe.M1, {BTC: Mark(OPENED, CLOSED, Price(Decimal(60_000)))}, [])
    stores.risk.set_marks(EquityMarks.first(Money(Decimal(100_000_000)), CLOSED))


def end_open_orders(stores: Stores) -> None:
    for order in stores.orders.open():
        stores.orders.save(order.cancel("the bench goes on", order.updated_at))


async def place(database: Path) -> float:
    """Placements a second; between the batches, which are timed, the open orders end."""
    settings = read_settings({"DATABASE_URL": str(database), "PAPER_BALANCE": "100000000"})
    parts = Container(settings=settings)
    SqliteSchema(database).upgrade()
    store = parts.database()
    await store.open()
    await parts.prepare_installation()()
    await parts.watch_symbols()()
    await store.write(settle_market)
    services = parts.services()

    async def one(number: int) -> None:
        order = await services.submit_order(await services.place_order(CALLER, ORDER, f"order-{number}"))
        assert order.status is OrderStatus.ACCEPTED, order.decision.summary

    seconds = 0.0
    for batch in range(BATCHES):
        started = time.perf_counter()
        await asyncio.gather(*(one(batch * IN_FLIGHT + number) for number in range(IN_FLIGHT)))
        seconds += time.perf_counter() - started
        await store.write(end_open_orders)
    await store.close()
    return BATCHES * IN_FLIGHT / seconds


def single_commits(source: Path, database: Path) -> float:
    """The same rows in the same tables, one transaction an order."""
    with closing(sqlite3.connect(source)) as origin:
        schema = [row[0] for row in origin.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL") if row[0]]
        rows = {table: origin.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        for statement in schema:
            connection.execute(statement)
        inserts = [(f"INSERT INTO {t} VALUES ({', '.join('?' * len(rows[t][0]))})", rows[t]) for t in TABLES]
        started = time.perf_counter()
        for number in range(len(rows["orders"])):
            connection.execute("BEGIN IMMEDIATE")
            for insert, found in inserts:
                connection.execute(insert, found[number])
            connection.execute("COMMIT")
        return len(rows["orders"]) / (time.perf_counter() - started)


def main() -> None:
    ours, single = [], []
    with scratch() as folder:
        for number in range(ROUNDS):
            ours.append(asyncio.run(place(folder / f"ours-{number}.db")))
            single.append(single_commits(folder / f"ours-{number}.db", folder / f"single-{number}.db"))
    report("placements, 64 in flight", median(ours), "orders/s")
    report("single FULL commits of the same rows", median(single), "orders/s")
    report("ratio", median(a / b for a, b in zip(ours, single, strict=True)), "", goal="≥ 10")


if __name__ == "__main__":
    main()
