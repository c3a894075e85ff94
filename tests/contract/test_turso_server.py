"""What only a real libSQL server shows: its tokens, its tables, and what survives it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.turso.leases import TursoLeases
from domain.errors import Conflict, NotFound, Rejected, Unavailable
from domain.sync.change import Change
from domain.sync.clock import Boot
from domain.sync.log import PAGE_BYTES, Bookmark
from support import sqld
from support.loopback import answer_lost, forwarded, loopback
from support.turso import refusal, replica

if not sqld.installed():
    if "CI" in os.environ:
        raise FileNotFoundError(f"these tests need a libSQL server: {sqld.INSTALL}")
    pytest.skip(f"needs a libSQL server: {sqld.INSTALL}", allow_module_level=True)

pytestmark = pytest.mark.anyio

NODE = Boot("a" * 16)
START = Bookmark(epoch="log")
CHANGE = Change(table="settings", key='["1"]', payload="[]")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[sqld.Sqld]:
    running = sqld.Sqld(tmp_path / "sqld").start()
    yield running
    running.kill()


async def test_each_call_is_one_request(server: sqld.Sqld) -> None:
    async with loopback(forwarded(server.port)) as between, replica(between.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        assert len(between.requests) == 2
        await turso.push(NODE, START, [CHANGE])
        assert len(between.requests) == 3
        await turso.pull(NODE, START, 10)
        assert len(between.requests) == 4


async def test_the_tables_are_as_documented_and_tell_who_read_how_far(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 7)
        await turso.prepare("another", 7)
        await turso.push(NODE, START, [CHANGE, CHANGE])
        page = await turso.pull(Boot("b" * 16), START, 10)
        await turso.push(Boot("b" * 16), page.bookmark, [])

    assert server.query("SELECT * FROM sync_changes") == [
        ("1", CHANGE.op_id, NODE, "settings", '["1"]', "[]"),
    ]
    assert server.query("SELECT node, cursor FROM sync_nodes ORDER BY node") == [(NODE, "0"), ("b" * 16, "1")]
    assert server.query("SELECT seen_at LIKE '____-__-__T__:__:__.___Z' FROM sync_nodes") == [("1",), ("1",)]
    assert server.query("SELECT epoch, schema, floor_seq FROM sync_meta") == [("log", "7", "0")]


async def test_a_bookmark_from_before_the_floor_is_not_compared(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        await turso.push(NODE, START, [CHANGE])
        server.query("UPDATE sync_meta SET floor_seq = 5")

        page = await turso.pull(NODE, Bookmark(epoch="log", seq=4, op_id="merged away"), 10)

    assert page.state.floor == 5


async def test_an_entry_larger_than_a_page_comes_alone(server: sqld.Sqld) -> None:
    insert = "INSERT INTO sync_changes (op_id, node, tbl, pk, payload) VALUES ({}, 'n', 't', '[]', hex(zeroblob({})))"
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        server.query(insert.format(1, PAGE_BYTES // 2 + 1))
        server.query(insert.format(2, 1))

        page = await turso.pull(NODE, START, 10)

    assert [len(change.payload) for change in page.changes] == [PAGE_BYTES + 2]
    assert not page.last


async def test_a_push_with_a_bookmark_of_another_log_is_not_even_put_on_record(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        with pytest.raises(Conflict):
            await turso.push(NODE, Bookmark(epoch="log", seq=1, op_id=CHANGE.op_id), [CHANGE])

    assert server.query("SELECT count(*) FROM sync_nodes") == [("0",)]
    assert server.query("SELECT count(*) FROM sync_changes") == [("0",)]


async def test_a_server_that_was_killed_and_comes_back_has_everything(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        await turso.push(NODE, START, [CHANGE])
        server.kill()
        with pytest.raises(Unavailable) as error:
            await turso.pull(Boot("b" * 16), START, 10)
        server.start()

        assert (await turso.pull(Boot("b" * 16), START, 10)).changes == [CHANGE]
    assert error.value.code in ("remote_unreachable", "remote_connection_lost")


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, "remote_token_refused"),
        ("nonsense", "remote_token_refused"),
        (sqld.token(foreign=True), "remote_token_refused"),
        (sqld.token(lifetime=-1000), "remote_token_expired"),
    ],
)
async def test_a_token_that_does_not_open_is_named(server: sqld.Sqld, token: str | None, code: str) -> None:
    error = await refusal(server.url, token)

    assert isinstance(error, Rejected)
    assert error.code == code
    assert token is None or token not in str(error)


async def test_a_token_that_may_only_read_is_named_and_changes_nothing(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token(access="ro")) as reader, replica(server.url, sqld.token()) as writer:
        with pytest.raises(Rejected) as first:
            await reader.prepare("log", 1)
        await writer.prepare("log", 1)
        with pytest.raises(Rejected) as second:
            await reader.push(NODE, START, [CHANGE])

        assert first.value.code == second.value.code == "remote_token_read_only"
        assert (await reader.pull(Boot("b" * 16), START, 10)).changes == []
    assert server.query("SELECT count(*) FROM sync_nodes") == [("0",)]


@pytest.mark.parametrize(
    "table", ["users (id)", "sync_meta (version)", "sync_changes (seq, op_id, node, tbl, pk, payload, extra)"]
)
async def test_a_database_of_something_else_is_left_alone(server: sqld.Sqld, table: str) -> None:
    server.query(f"CREATE TABLE {table}")

    async with replica(server.url, sqld.token()) as turso:
        with pytest.raises(Rejected) as error:
            await turso.prepare("log", 1)

    assert error.value.code == "remote_foreign"
    assert server.query("SELECT count(*) FROM sqlite_schema WHERE type = 'table'") == [("1",)]


async def test_the_owners_own_tables_beside_the_log_are_no_obstacle(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        server.query("CREATE TABLE notes (id)")

        assert (await turso.prepare("log", 2)).schema == 2


async def test_a_push_that_fails_halfway_leaves_nothing(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        server.query("DROP TABLE sync_changes")
        server.query("CREATE TABLE sync_changes (seq INTEGER PRIMARY KEY, op_id TEXT UNIQUE CHECK (op_id = ''))")

        with pytest.raises(Rejected) as error:
            await turso.push(NODE, START, [CHANGE])

    assert error.value.code == "remote_sql_error"
    assert server.query("SELECT count(*) FROM sync_nodes") == [("0",)]


async def test_a_log_that_was_dropped_is_missed_and_can_be_begun_anew(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        for table in ("sync_changes", "sync_nodes", "sync_meta"):
            server.query(f"DROP TABLE {table}")
        with pytest.raises(NotFound):
            await turso.push(NODE, START, [CHANGE])

        assert (await turso.prepare("anew", 1)).epoch == "anew"


async def test_an_answer_lost_after_the_commit_changes_nothing(server: sqld.Sqld) -> None:
    port = server.port
    async with loopback(*[forwarded(port)] * 2, answer_lost(port), forwarded(port)) as between:
        async with replica(between.url, sqld.token()) as turso:
            await turso.prepare("log", 1)

            await turso.push(NODE, START, [CHANGE])

        assert len(between.requests) == 4
    assert server.query("SELECT count(*) FROM sync_changes") == [("1",)]


@pytest.mark.parametrize("lease_first", [True, False])
async def test_the_lease_lies_beside_the_log_whichever_was_there_first(server: sqld.Sqld, lease_first: bool) -> None:
    async with replica(server.url, sqld.token()) as turso:
        if lease_first:
            await TursoLeases(turso).acquire("a", 60)
        await turso.prepare("log", 1)
        await TursoLeases(turso).acquire("a", 60)
        assert (await turso.prepare("another", 1)).epoch == "log"

    assert server.query("SELECT name, holder, token, begun FROM sync_lease") == [("trader", "a", "1", "0")]
    assert server.query("SELECT until LIKE '____-__-__T__:__:__.___Z' FROM sync_lease") == [("1",)]
    assert server.query("SELECT node FROM sync_contenders") == [("a",)]


async def test_a_database_that_holds_something_else_gets_no_lease(server: sqld.Sqld) -> None:
    server.query("CREATE TABLE guests (name TEXT)")
    async with replica(server.url, sqld.token()) as turso:
        with pytest.raises(Rejected) as error:
            await TursoLeases(turso).acquire("a", 60)

    assert error.value.code == "remote_foreign"
    assert server.query("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'") == [("guests",)]


async def test_a_server_that_was_killed_keeps_the_lease(server: sqld.Sqld) -> None:
    async with replica(server.url, sqld.token()) as turso:
        lease = (await TursoLeases(turso).acquire("a", 60)).lease
        server.kill()
        with pytest.raises(Unavailable):
            await TursoLeases(turso).acquire("b", 60)
        server.start()
        assert (await TursoLeases(turso).acquire("b", 60)).lease == lease
