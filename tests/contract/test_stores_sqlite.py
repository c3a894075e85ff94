"""What only SQLite can do: commit in groups, read from snapshots, choose how durable, and fail."""

import sqlite3
from asyncio import create_task, gather
from contextlib import closing, suppress
from threading import Event

import anyio
import pytest
from anyio import to_thread

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.reader import Reader
from adapters.sqlite.writer import Writer
from domain.errors import Conflict, DomainError, Unavailable
from domain.shared.money import Money
from support.build import a_candle, a_fill, an_account, an_id, an_order, candles
from support.stores import sqlite_file

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path):
    database = SqliteDatabase(sqlite_file(tmp_path), an_account())
    await database.open()
    yield database
    await database.close()


class Pause:
    """A unit that stops in the middle, until it is told to go on."""

    def __init__(self, before=lambda _: None, after=lambda _: None):
        self._before, self._after = before, after
        self._reached, self._go_on = Event(), Event()

    def __call__(self, stores):
        self._before(stores)
        self._reached.set()
        self._go_on.wait()
        return self._after(stores)

    async def reached(self):
        await to_thread.run_sync(self._reached.wait)

    def go_on(self):
        self._go_on.set()


def adding(order):
    return lambda stores: stores.orders.add(order)


def open_orders(stores):
    return list(stores.orders.open())


async def behind(database, *units, durable=True):
    """Tasks that run `units` in one group, once the pause that is returned with them goes on."""
    pause = Pause()
    first = create_task(database.write(pause, durable=durable))
    await pause.reached()
    tasks = [create_task(database.write(unit, durable=durable)) for unit in units]
    await anyio.lowlevel.checkpoint()
    return pause, first, tasks


async def test_nobody_is_told_before_the_commit(database):
    first, second = an_order(), an_order()
    last = Pause()
    pause, _, (one, two, three) = await behind(database, adding(first), adding(second), last)
    pause.go_on()
    await last.reached()

    assert await database.read(open_orders) == []
    assert [one.done(), two.done()] == [False, False]

    last.go_on()
    await gather(one, two, three)
    assert await database.read(open_orders) == [first, second]


async def test_a_caller_who_gave_up_while_waiting_changes_nothing(database):
    kept, given_up = an_order(), an_order()
    pause, first, (one, two) = await behind(database, adding(given_up), adding(kept))
    one.cancel()
    await anyio.lowlevel.checkpoint()
    pause.go_on()
    await gather(first, two)

    assert one.cancelled()
    assert await database.read(open_orders) == [kept]


async def test_a_caller_who_gives_up_too_late_changes_everything(database):
    first, second = an_order(), an_order()
    unit = Pause(adding(first), adding(second))
    task = create_task(database.write(unit))
    await unit.reached()
    task.cancel()
    await gather(task, return_exceptions=True)
    unit.go_on()

    assert await database.write(open_orders) == [first, second]


async def test_a_failing_commit_undoes_the_whole_group_and_tells_everyone(database):
    def prepare(stores):
        stores.session.write("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        stores.session.write("CREATE TABLE children (id INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)")

    def orphan(stores):
        stores.session.write("INSERT INTO children VALUES (1)")

    def buying(stores):
        stores.fills.add(a_fill(price="100"))
        return stores.fills.portfolio().cash

    def refused(_):
        raise Conflict("no")

    await database.write(prepare)
    pause, first, tasks = await behind(database, adding(an_order()), buying, orphan, refused)
    pause.go_on()
    outcomes = await gather(first, *tasks, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    assert {outcome.code for outcome in outcomes} == {"database_unavailable"}
    assert await database.read(open_orders) == []
    assert (await database.write(lambda stores: stores.fills.portfolio())).cash == Money(10_000)
    assert await database.write(buying) == Money(9_900)


async def test_a_full_disk_is_told_and_survived(database):
    order = an_order()

    def fill_up(stores):
        (pages,) = stores.session.one("PRAGMA page_count")
        stores.session.one(f"PRAGMA max_page_count = {pages + 2}")

    def make_room(stores):
        stores.session.one("PRAGMA max_page_count = 1000000")

    many = candles(*range(1, 2000))
    await database.write(fill_up)
    outcomes = await gather(
        *(database.write(lambda stores: stores.candles.add(many)) for _ in range(3)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    assert "is full" in outcomes[0].detail
    await database.write(adding(order))
    await database.write(make_room)
    assert await database.write(lambda stores: stores.candles.add(many)) == len(many)
    assert await database.read(open_orders) == [order]


async def test_a_unit_cannot_hide_that_the_database_failed(database):
    def hiding(stores):
        stores.orders.add(an_order())
        with suppress(DomainError):
            stores.session.write("INSERT INTO nowhere VALUES (1)")
        with suppress(DomainError):
            stores.orders.add(an_order())

    kept = an_order()
    pause, first, (one, two) = await behind(database, hiding, adding(kept))
    pause.go_on()
    await gather(first, two)

    with pytest.raises(Unavailable):
        await one
    with pytest.raises(Unavailable):
        await database.write(hiding)
    assert await database.read(open_orders) == [kept]


async def test_reading_keeps_to_its_snapshot(database):
    bought, later = a_fill(price="100"), a_fill(price="200")

    def cash(stores):
        return stores.fills.portfolio().cash

    def buying(fill):
        def unit(stores):
            stores.fills.add(fill)
            return cash(stores)

        return unit

    await database.write(buying(bought))
    reading = Pause(open_orders, lambda stores: (open_orders(stores), cash(stores)))
    task = create_task(database.read(reading))
    await reading.reached()
    order = an_order()
    await database.write(adding(order))
    assert await database.write(buying(later)) == Money(9_700)
    reading.go_on()

    assert await task == ([], Money(9_900))
    both = await gather(*(database.read(lambda stores: (open_orders(stores), cash(stores))) for _ in range(4)))
    assert both == [([order], Money(9_700))] * 4


async def test_a_slow_reader_holds_nobody_up(database):
    slow = Pause(open_orders)
    task = create_task(database.read(slow))
    await slow.reached()

    order = an_order()
    await database.write(adding(order))
    assert await database.read(open_orders) == [order]

    slow.go_on()
    await task


async def test_only_what_must_be_durable_waits_for_the_disk(database):
    normal, full = 1, 2

    def level(stores):
        return stores.session.one("PRAGMA synchronous")[0]

    assert await database.write(level) == full
    assert await database.write(level, durable=False) == normal
    assert await database.write(level) == full

    pause, _, (durable, _) = await behind(database, level, level)
    pause.go_on()
    assert await durable == full

    pause, _, (same_group, _) = await behind(database, level, level, durable=False)
    held = create_task(database.write(level))
    joins = create_task(database.write(level, durable=False))
    await anyio.lowlevel.checkpoint()
    pause.go_on()
    assert await gather(same_group, held, joins) == [normal, full, full]


async def test_a_transaction_ends_with_its_unit(database):
    stores = await database.write(lambda stores: stores)

    with pytest.raises(Unavailable):
        stores.orders.open()


async def test_a_locked_database_fails_all_who_wait_for_it(database, tmp_path):
    await database.write(lambda stores: stores.session.one("PRAGMA busy_timeout = 1"))
    order = an_order()
    with closing(sqlite3.connect(tmp_path / "cryptobot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        outcomes = await gather(*(database.write(adding(an_order())) for _ in range(5)), return_exceptions=True)
        other.execute("ROLLBACK")

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    assert "locked" in outcomes[0].detail
    await database.write(adding(order))
    assert await database.read(open_orders) == [order]


async def test_the_log_is_folded_into_the_file_at_the_end(tmp_path):
    path = sqlite_file(tmp_path)
    database = SqliteDatabase(path, an_account())
    await database.open()
    await database.write(lambda stores: stores.candles.add([a_candle()]))
    await database.close()

    assert [file.name for file in tmp_path.iterdir()] == [path.name]


async def test_the_writer_is_the_last_to_leave(tmp_path, monkeypatch):
    """The last connection to close folds the log into the file."""
    left = []
    for kind in (Writer, Reader):

        def close(runner, kind=kind, closed=kind.close):
            closed(runner)
            left.append(kind)

        monkeypatch.setattr(kind, "close", close)
    database = SqliteDatabase(sqlite_file(tmp_path), an_account())
    await database.open()
    pause = Pause(open_orders)
    reading = create_task(database.read(pause))
    await pause.reached()
    closing_down = create_task(database.close())
    await anyio.lowlevel.checkpoint()
    pause.go_on()
    await gather(reading, closing_down)

    assert left == [Reader, Reader, Writer]


async def test_what_waits_is_done_before_the_end(tmp_path):
    path = sqlite_file(tmp_path)
    database = SqliteDatabase(path, an_account())
    await database.open()
    orders = [an_order() for _ in range(20)]
    pause, first, tasks = await behind(database, *map(adding, orders))
    closing_down = create_task(database.close())
    await anyio.lowlevel.checkpoint()
    pause.go_on()
    await gather(first, closing_down, *tasks)

    await database.open()
    assert await database.read(open_orders) == orders
    await database.close()


DAMAGE = [
    ("candles", "close", "abc", lambda stores: stores.candles.after("BTC/USDT", a_candle().timeframe, None, 9)),
    ("candles", "open_time", "2025-01-01", lambda stores: stores.candles.newest(a_candle().timeframe)),
    ("candles", "volume", "NaN", lambda stores: stores.candles.after("BTC/USDT", a_candle().timeframe, None, 9)),
    ("orders", "status", "lost", lambda stores: stores.orders.get(an_id(7))),
    ("orders", "decision", '{"decided_at": 5}', lambda stores: stores.orders.get(an_id(7))),
    ("orders", "decision", "{", lambda stores: stores.orders.get(an_id(7))),
    ("orders", "quantity", "-1", lambda stores: stores.orders.get(an_id(7))),
    ("orders", "filled_quantity", "1", lambda stores: stores.orders.in_flight()),
    ("orders", "type", "twap", lambda stores: stores.orders.in_flight()),
    ("fills", "price", "1e3", lambda stores: stores.fills.portfolio()),
]


@pytest.mark.parametrize(("table", "column", "value", "reading"), DAMAGE)
async def test_a_damaged_record_is_named(database, table, column, value, reading):
    def unit(stores):
        stores.candles.add([a_candle()])
        stores.orders.add(an_order(id=an_id(7)))
        stores.fills.add(a_fill(id=an_id(7)))
        where = "status = 'new'" if table == "orders" else "true"
        assert stores.session.write(f"UPDATE {table} SET {column} = ? WHERE {where}", (value,)) == 1

    await database.write(unit)

    with pytest.raises(Unavailable) as caught:
        await database.read(lambda stores: reading(stores))
    assert caught.value.code == "database_damaged"
    assert f"of {table} is damaged" in caught.value.detail
    assert ("BTC/USDT" if table == "candles" else an_id(7)) in caught.value.detail
