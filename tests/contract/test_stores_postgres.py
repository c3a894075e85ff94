"""What only PostgreSQL can do: serve several processes, hang up on them, and come back."""

import signal
import socket
import subprocess
import sys
from asyncio import create_task, gather
from contextlib import suppress

import asyncpg
import pytest
from anyio.lowlevel import checkpoint

from adapters.postgres import connection
from adapters.postgres.connection import WRITER
from adapters.postgres.database import PostgresDatabase
from adapters.postgres.statements import counted, numbered
from application.ports.strategy import Memory
from domain.errors import DomainError, Unavailable
from domain.market.timeframe import Timeframe
from domain.trading.risk import Halt, RiskLimits
from support import postgres
from support.build import BTC, a_fill, a_portfolio, an_account, an_order, candles

postgres.require()

pytestmark = pytest.mark.anyio


@pytest.fixture
def url():
    with postgres.database() as made:
        yield made


@pytest.fixture
async def database(url):
    database = PostgresDatabase(url, an_account())
    await database.open()
    yield database
    await database.close()


def adding(order):
    return lambda stores: stores.orders.add(order)


def open_orders(stores):
    return list(stores.orders.open())


def hang_up(url):
    """End every connection to the database, as its server does when it is told to."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    postgres.query(url, f"SELECT pg_terminate_backend(pid, 5000) {others}")


async def refusal(url):
    """The error that opening ends with."""
    with pytest.raises(Unavailable) as caught:
        await PostgresDatabase(url, an_account()).open()
    assert caught.value.code == "database_unavailable"
    assert "hunter2" not in f"{caught.value!r} {caught.value.detail}"
    return caught.value.detail


def test_parameters_are_numbered_and_constants_left_alone():
    written = "SELECT a FROM t WHERE b = ? AND c = 'is it? ''?' AND d IN (?, ?)"

    assert numbered(written) == "SELECT a FROM t WHERE b = $1 AND c = 'is it? ''?' AND d IN ($2, $3)"
    assert counted("DELETE FROM t WHERE a = ?") == "DELETE FROM t WHERE a = $1 RETURNING 1"


def test_nobody_else_pays_for_the_driver():
    script = (
        "import sys; from entrypoints.container import Container; from entrypoints.settings import Settings; "
        "Container(settings=Settings()).database(); sys.exit(any(name in sys.modules for name in sys.argv[1:]))"
    )
    assert subprocess.run([sys.executable, "-c", script, "asyncpg", "greenlet"], check=False).returncode == 0


async def test_processes_that_share_a_database_write_one_after_the_other(url):
    both = [PostgresDatabase(url, an_account()) for _ in range(2)]
    for each in both:
        await each.open()
    await both[0].write(lambda stores: stores.risk.set_limits(RiskLimits(max_open_orders=1)))

    def increment(stores):
        count = stores.risk.limits().max_open_orders
        stores.risk.set_limits(RiskLimits(max_open_orders=count + 1))
        return count

    counts = await gather(*(each.write(increment) for _ in range(10) for each in both))

    assert sorted(counts) == list(range(1, 21))
    for each in both:
        assert (await each.read(lambda stores: stores.risk.limits())).max_open_orders == 21
        await each.close()


async def test_the_fills_of_another_process_are_in_the_portfolio(database, url):
    other = PostgresDatabase(url, an_account())
    await other.open()
    fills = [a_fill() for _ in range(4)]
    for writing, fill in zip((database, other) * 2, fills, strict=True):
        await writing.write(lambda stores, fill=fill: stores.fills.add(fill))
        for reading in (database.write, other.read):
            await reading(lambda stores: stores.fills.portfolio())
    await other.close()

    assert await database.write(lambda stores: stores.fills.portfolio()) == a_portfolio(*fills)


async def test_reading_keeps_to_its_snapshot(database, url):
    def unit(stores):
        before = stores.risk.halt()
        postgres.query(url, "INSERT INTO trading_halt VALUES ('account', 1, 'meanwhile', NULL, NULL)")
        return before, stores.risk.halt()

    assert await database.read(unit) == (None, None)
    assert await database.read(lambda stores: stores.risk.halt()) == Halt(halted=True, reason="meanwhile")


async def test_the_server_refuses_what_a_reading_unit_slips_past_the_session(database):
    with pytest.raises(Unavailable):
        await database.read(lambda stores: stores.session.all("DELETE FROM orders"))


async def test_text_sorts_by_its_bytes_and_may_hold_anything(database):
    names = ["A", "B", "a", "b", "é", "\x00", "\x01", "\x01\x00", "a\x00b", "漢"]

    def unit(stores):
        memories = [Memory(strategy=name, symbol=BTC, state={}) for name in names]
        stores.memories.save(Timeframe.M5, {}, memories)
        return [memory.strategy for memory in stores.memories.all()]

    assert await database.write(unit) == sorted(names)


async def test_every_unit_waits_for_the_disk_whatever_the_server_is_told(url):
    postgres.query(url, f"ALTER DATABASE {url.rpartition('/')[2]} SET synchronous_commit = off")
    database = PostgresDatabase(url, an_account())
    await database.open()

    def level(stores):
        return stores.session.one("SHOW synchronous_commit")[0]

    assert await database.write(level) == "on"
    assert await database.write(level, durable=False) == "on"
    await database.close()


async def test_a_unit_cannot_hide_that_the_database_failed(database):
    def hiding(stores):
        stores.orders.add(an_order())
        with suppress(DomainError):
            stores.session.write("INSERT INTO nowhere VALUES (1)")
        with suppress(DomainError):
            stores.orders.add(an_order())

    kept = an_order()
    with pytest.raises(Unavailable, match="nowhere"):
        await database.write(hiding)
    await database.write(adding(kept))

    assert await database.read(open_orders) == [kept]


async def test_a_failing_commit_is_told_and_undone(database):
    def prepare(stores):
        stores.session.all("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        stores.session.all("CREATE TABLE children (id INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)")

    def orphan(stores):
        stores.fills.add(a_fill())
        stores.fills.portfolio()
        stores.session.write("INSERT INTO children VALUES (1)")

    await database.write(prepare)
    with pytest.raises(Unavailable, match="children"):
        await database.write(orphan)

    assert await database.write(lambda stores: stores.fills.portfolio()) == a_portfolio()


async def test_a_transaction_ends_with_its_unit(database):
    stores = await database.write(lambda stores: stores)

    with pytest.raises(Unavailable, match="is over"):
        stores.orders.open()


async def test_a_caller_who_gave_up_while_waiting_changes_nothing(database):
    kept, given_up = an_order(), an_order()
    first = create_task(database.write(lambda stores: stores.session.one("SELECT pg_sleep(0.1)")))
    second = create_task(database.write(adding(given_up)))
    third = create_task(database.write(adding(kept)))
    await checkpoint()
    second.cancel()
    await gather(first, third)

    assert second.cancelled()
    assert await database.read(open_orders) == [kept]


async def test_a_caller_who_gives_up_too_late_changes_everything(database):
    first, second = an_order(), an_order()
    giving_up = []

    def unit(stores):
        stores.orders.add(first)
        giving_up[0].cancel()
        stores.orders.add(second)

    giving_up.append(create_task(database.write(unit)))
    await gather(*giving_up, return_exceptions=True)

    assert await database.write(open_orders) == [first, second]


async def test_what_waits_is_done_before_the_end(database):
    orders = [an_order() for _ in range(20)]
    tasks = [create_task(database.write(adding(order))) for order in orders]
    await checkpoint()
    await database.close()
    await gather(*tasks)

    await database.open()
    assert await database.read(open_orders) == orders


async def test_a_locked_database_fails_all_who_wait_for_it(database, url):
    await database.write(lambda stores: stores.session.one("SELECT set_config('lock_timeout', '1ms', false)"))
    order = an_order()
    other = await asyncpg.connect(url)
    await other.execute(f"SELECT pg_advisory_lock({WRITER})")
    outcomes = await gather(*(database.write(adding(an_order())) for _ in range(5)), return_exceptions=True)
    await other.close()

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    assert {outcome.detail for outcome in outcomes} == {
        "the database (DATABASE_URL) is locked by another process; end that one, or try again"
    }
    await database.write(adding(order))
    assert await database.read(open_orders) == [order]


async def test_a_statement_that_takes_too_long_is_ended(database):
    def slow(stores):
        stores.orders.add(an_order())
        stores.session.one("SELECT set_config('statement_timeout', '1ms', true)")
        stores.session.one("SELECT pg_sleep(60)")

    with pytest.raises(Unavailable, match="took too long"):
        await database.write(slow)

    assert await database.write(open_orders) == []


async def test_a_process_that_falls_silent_loses_its_turn(database, url):
    freed = []

    def silent(stores):
        stores.orders.add(an_order())
        stores.session.one("SELECT set_config('idle_in_transaction_session_timeout', '1ms', true)")
        freed.extend(postgres.query(url, f"SELECT pg_sleep(0.1), pg_try_advisory_lock({WRITER})"))
        stores.orders.add(an_order())

    with pytest.raises(Unavailable, match="broke off"):
        await database.write(silent)

    assert [taken for _, taken in freed] == [True]
    assert await database.write(open_orders) == []


async def test_a_server_that_falls_silent_is_given_up(database, monkeypatch):
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    await database.close()
    await database.open()

    with pytest.raises(Unavailable, match="does not answer in time"):
        await database.read(lambda stores: stores.session.one("SELECT pg_sleep(60)"))

    assert await database.read(open_orders) == []


async def test_a_connection_that_ended_between_units_is_made_anew(database, url):
    order = an_order()
    await database.read(open_orders)
    hang_up(url)
    await database.write(adding(order))

    assert await database.read(open_orders) == [order]


async def test_a_connection_that_ends_within_a_unit_undoes_it(database, url):
    lost, kept = an_order(), an_order()

    def unit(stores):
        stores.orders.add(lost)
        hang_up(url)
        stores.orders.add(an_order())

    with pytest.raises(Unavailable):
        await database.write(unit)
    await database.write(adding(kept))

    assert await database.read(open_orders) == [kept]


async def test_a_connection_that_ends_before_the_commit_undoes_the_unit(database, url):
    def unit(stores):
        stores.orders.add(an_order())
        hang_up(url)

    with pytest.raises(Unavailable):
        await database.write(unit)

    assert await database.read(open_orders) == []


async def test_a_server_that_crashed_and_came_back_has_everything_that_was_acknowledged(database):
    before, after = an_order(), an_order()
    await database.write(adding(before))
    postgres.server().stop(signal.SIGQUIT)
    outcomes = await gather(*(run(open_orders) for run in (database.read, database.write)), return_exceptions=True)
    postgres.server().start()
    await database.write(adding(after))

    for outcome in outcomes:
        assert isinstance(outcome, Unavailable)
        assert "start its server, or correct the address" in outcome.detail
    assert await database.read(open_orders) == [before, after]


async def test_a_server_that_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        detail = await refusal(f"postgresql://owner:hunter2@127.0.0.1:{silent.getsockname()[1]}/bot")

    assert "(DATABASE_URL) does not answer in time" in detail


async def test_whom_the_server_does_not_let_in_is_told_why():
    server = postgres.server()

    assert "refuses the user" in await refusal(server.url("postgres", password="hunter23"))
    assert "refuses the user" in await refusal(server.url("postgres", user="nobody"))
    assert "does not exist on its server" in await refusal(server.url("nowhere"))
    assert "cannot be reached" in await refusal(f"{server.url('postgres')}?sslmode=require")


async def test_what_was_prepared_survives_a_change_of_the_schema(database, url):
    await database.read(lambda stores: stores.accounts.opened())
    postgres.query(url, "ALTER TABLE accounts ADD COLUMN later TEXT")

    assert await database.read(lambda stores: stores.accounts.opened()) is None


async def test_many_rows_are_counted(database):
    many = candles(*range(1, 2000), symbol=BTC)

    assert await database.write(lambda stores: stores.candles.add(many)) == len(many)
    assert await database.write(lambda stores: stores.candles.add([*many, *candles(1, symbol="ETH/USDT")])) == 1
