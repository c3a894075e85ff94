"""What only a real libSQL server shows of the readable tables: their shape, and who may stand in their way."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sql.mirrors import MIRRORS, MirrorTable
from adapters.turso import thinning
from adapters.turso.upkeep import TursoUpkeep
from application.ports.upkeep import Thinned
from domain.errors import Rejected
from domain.sync.change import Change, change_of, key_of
from domain.sync.clock import Boot, stamp_of
from domain.sync.log import Bookmark
from domain.sync.row import UNHEARD, content_stamp, written
from support import sqld
from support.keepers import a_keeper
from support.loopback import answer_lost, forwarded, loopback
from support.turso import replica

if not sqld.installed():
    if "CI" in os.environ:
        raise FileNotFoundError(f"these tests need a libSQL server: {sqld.INSTALL}")
    pytest.skip(f"needs a libSQL server: {sqld.INSTALL}", allow_module_level=True)

pytestmark = pytest.mark.anyio

NODE = Boot("a" * 16)
START = Bookmark(epoch="log")
TABLE = MirrorTable(("name",), ("value", "number"), frozenset({"number"}))
ROW = ("settings", key_of(["x"]))
CHANGE = change_of(*ROW, written(UNHEARD, stamp_of(1, 0, NODE), {"value": "1"}))
END = Bookmark(epoch="log", seq=1, op_id=CHANGE.op_id + NODE)
FILL = """
INSERT INTO fills
VALUES ('f1', 'order', 'BTC/USDT', 'buy', '60000.10', '0.1', '0', '2026-01-01T00:00:00.000Z', 'paper', NULL)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[sqld.Sqld]:
    running = sqld.Sqld(tmp_path / "sqld").start()
    yield running
    running.kill()


@asynccontextmanager
async def upkeep(url: str, **tables: MirrorTable) -> AsyncIterator[TursoUpkeep]:
    """The upkeep of a log with one change in it."""
    async with replica(url, sqld.token()) as turso:
        await turso.prepare("log", 1)
        await turso.push(NODE, START, [CHANGE])
        yield TursoUpkeep(replica=turso, mirrors=tables or {"settings": TABLE})


async def test_the_owner_asks_for_her_trades_in_a_shell(server: sqld.Sqld, tmp_path: Path) -> None:
    async with replica(server.url, sqld.token()) as turso:
        made = TursoUpkeep(replica=turso, mirrors=MIRRORS)
        async with a_keeper(tmp_path / "node", turso, made) as keeper:
            keeper.run(FILL)
            await keeper.node.settle()
            await keeper.mirror_all()

    asked = "SELECT symbol, side, price, price * quantity, strategy FROM fills WHERE executed_at > '2025'"
    assert server.query(asked) == [("BTC/USDT", "buy", "60000.10", 6000.01, None)]
    assert server.query("SELECT typeof(max_open_orders), typeof(max_position) FROM risk_limits") == [
        ("integer", "text")
    ]
    tables = {name for (name,) in server.query("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert {*MIRRORS, "sync_changes", "sync_nodes", "sync_meta", "sync_mirrors"} <= tables


async def test_each_call_but_the_first_is_one_request(server: sqld.Sqld) -> None:
    async with loopback(forwarded(server.port)) as between, upkeep(between.url) as made:
        await made.unmirrored(END, 10)
        before = len(between.requests)
        await made.unmirrored(END, 10)
        await made.mirror(END, 0, 1, {ROW: {"value": "1", "number": "2"}})
        found = await made.crowded(END, timedelta(days=30), None, 10)
        await made.thin(found, [Thinned(row=ROW, last=1, earlier=[], payload=None)])

        assert len(between.requests) == before + 4


async def test_an_answer_lost_after_the_commit_changes_nothing(server: sqld.Sqld) -> None:
    port = server.port
    answers = [*[forwarded(port)] * 6, answer_lost(port), forwarded(port)]
    async with loopback(*answers) as between, upkeep(between.url) as made:
        await made.unmirrored(END, 10)
        await made.mirror(END, 0, 1, {ROW: {"value": "1", "number": "2"}})

        assert len(between.requests) == 8
        assert (await made.unmirrored(END, 10)).since == 1
    assert server.query("SELECT * FROM settings") == [("x", "1", "2")]


@pytest.mark.parametrize("text", ["", "0.1", "1e400", "é€😀", "\x1f\u2028", '"\\/\\u0041', "'; DROP TABLE fills"])
async def test_every_text_is_shown_as_it_is(server: sqld.Sqld, text: str) -> None:
    async with upkeep(server.url) as made:
        await made.mirror(END, 0, 1, {("settings", key_of([text])): {"value": text, "number": None}})

    assert server.query("SELECT * FROM settings") == [(text, text, None)]


async def test_a_column_of_a_newer_release_is_added_and_the_mirrors_are_filled_anew(server: sqld.Sqld) -> None:
    async with upkeep(server.url, settings=MirrorTable(("name",), ("value",))) as older:
        await older.mirror(END, 0, 1, {ROW: {"value": "1"}})
        server.query("ALTER TABLE settings ADD COLUMN note TEXT")

        newer = TursoUpkeep(replica=older.replica, mirrors={"settings": TABLE})
        assert (await newer.unmirrored(END, 10)).since == 0
        await newer.mirror(END, 0, 1, {ROW: {"value": "1", "number": "2"}})

    assert server.query("SELECT name, value, note, typeof(number) FROM settings") == [("x", "1", None, "integer")]


async def test_a_log_of_the_release_before_gets_its_tables(server: sqld.Sqld) -> None:
    async with upkeep(server.url) as made:
        server.query("DROP TABLE sync_mirrors")

        assert (await made.unmirrored(END, 10)).entries == [(1, ROW)]
        await made.mirror(END, 0, 1, {ROW: {"value": "1", "number": None}})

    assert server.query("SELECT * FROM settings") == [("x", "1", None)]


async def test_mirrors_that_someone_dropped_come_back(server: sqld.Sqld) -> None:
    async with upkeep(server.url) as made:
        await made.mirror(END, 0, 1, {ROW: {"value": "1", "number": None}})
        server.query("DROP TABLE settings")
        with pytest.raises(Rejected):
            await made.mirror(END, 0, 1, {ROW: {"value": "1", "number": None}})

        await made.mirror(END, 0, 1, {ROW: {"value": "1", "number": None}})

    assert server.query("SELECT * FROM settings") == [("x", "1", None)]


async def test_after_the_log_was_dropped_the_mirrors_are_emptied_with_the_next_one(server: sqld.Sqld) -> None:
    async with upkeep(server.url) as made:
        await made.mirror(END, 0, 1, {ROW: {"value": "1", "number": None}})
        for table in ("sync_changes", "sync_nodes", "sync_meta"):
            server.query(f"DROP TABLE {table}")
        anew = (await made.replica.prepare("anew", 1)).head
        other = Change(table="settings", key=key_of(["y"]), payload=CHANGE.payload)
        await made.replica.push(NODE, anew, [other])

        end = (await made.unmirrored(anew, 10)).head
        await made.mirror(end, 0, 1, {("settings", other.key): {"value": "1", "number": None}})

    assert server.query("SELECT name FROM settings") == [("y",)]


async def test_a_table_of_the_owners_in_the_way_is_named_and_left_alone(server: sqld.Sqld) -> None:
    async with upkeep(server.url) as made:
        server.query("CREATE TABLE settings (id INTEGER PRIMARY KEY, name TEXT)")

        with pytest.raises(Rejected) as error:
            await made.unmirrored(END, 10)

        assert error.value.code == "remote_table_taken"
        assert "settings" in error.value.detail
        assert (await made.replica.pull(Boot("b" * 16), START, 10)).changes == [CHANGE]
    assert server.query("SELECT count(*) FROM pragma_table_info('settings')") == [("2",)]


async def test_crowds_are_found_by_an_index_that_leaves_out_facts(server: sqld.Sqld) -> None:
    values: Mapping[str, str | None] = {"value": "1"}
    default = written(UNHEARD, content_stamp(values), values)
    chosen = written(default, stamp_of(1, 0, NODE), {"number": "1"})
    async with upkeep(server.url) as made:
        await made.unmirrored(END, 10)
        await made.replica.push(NODE, START, [change_of("fills", key_of(["f"]), default), change_of(*ROW, chosen)])

    inner = thinning.CROWDED.partition("FROM sync_changes JOIN (")[2].partition("LIMIT :limit")[0]
    literal = inner.replace(":tbl", "''").replace(":pk", "''")
    plan = " ".join(detail or "" for *_, detail in server.query(f"EXPLAIN QUERY PLAN {literal}"))
    assert "INDEX sync_changes_rows (" in plan
    condition = thinning.INDEX.partition(" WHERE ")[2]
    indexed = f"SELECT tbl FROM sync_changes INDEXED BY sync_changes_rows WHERE {condition}"
    assert server.query(indexed) == [("settings",), ("settings",)]
