"""What triggers note of the writes to a SQLite file, whoever makes them, and what the ledger makes of it."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.replica import MemoryReplica
from adapters.sql.shared import SHARED
from domain.errors import Unavailable
from domain.sync.change import MAX_PAYLOAD, key_of
from domain.sync.row import UNHEARD
from support.build import START, a_candle, a_fill, an_id
from support.copies import REAL, Node, a_boot

pytestmark = pytest.mark.anyio

SYMBOL = "INSERT INTO symbols VALUES ('A/USDT', '1', '1', '1')"
LISTING = "INSERT INTO listings VALUES ('A/USDT', '2025-01-01T00:00:00.000Z')"


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    """A node with a symbol and a listing that has told everything."""
    node = await Node(folder=tmp_path / "node", replica=MemoryReplica(now=lambda: START)).open()
    node.shell(SYMBOL)
    node.shell(LISTING)
    await node.settle()
    yield node
    await node.close()


def noted(node: Node) -> list[Any]:
    return node.shell("SELECT tbl, pk FROM sync_noted ORDER BY tbl, pk")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE symbols SET price_tick = '2'", [("symbols", '["A/USDT"]')]),
        ("DELETE FROM symbols", [("symbols", '["A/USDT"]')]),
        ("REPLACE INTO symbols VALUES ('A/USDT', '2', '1', '1')", [("symbols", '["A/USDT"]')]),
        ("INSERT INTO symbols VALUES ('B/USDT', '1', '1', '1')", [("symbols", '["B/USDT"]')]),
        ("UPDATE symbols SET price_tick = '1'", []),
        ("UPDATE symbols SET price_tick = '2' WHERE name = 'nothing'", []),
        ("INSERT OR IGNORE INTO symbols VALUES ('A/USDT', '2', '1', '1')", []),
        ("UPDATE risk_limits SET max_position = max_position", []),
        ("UPDATE listings SET listed_at = listed_at", []),
        ("INSERT INTO listings VALUES ('B/USDT', '2025')", [("listings", '["B/USDT"]')]),
        ("INSERT OR IGNORE INTO listings VALUES ('A/USDT', '2025')", []),
        ("INSERT INTO listings VALUES ('A/USDT', '2025') ON CONFLICT DO NOTHING", []),
        ("REPLACE INTO listings VALUES ('A/USDT', '2025')", []),
        ("INSERT INTO outbox VALUES ('1', 'a kind', '{}')", []),
    ],
)
async def test_a_write_is_noted_if_it_changes_something_shared(node: Node, sql: str, expected: list[Any]) -> None:
    node.shell(sql)

    assert noted(node) == expected
    assert node.shell("SELECT listed_at FROM listings WHERE symbol = 'A/USDT'") == [("2025-01-01T00:00:00.000Z",)]


async def test_a_row_is_noted_once_with_the_time_of_its_last_write(node: Node) -> None:
    node.shell("UPDATE symbols SET price_tick = '2'")
    node.date(5)
    node.shell("UPDATE symbols SET price_tick = '3'")

    ((at,),) = node.shell("SELECT at FROM sync_noted")
    assert at > REAL


async def test_what_is_rolled_back_leaves_no_note(node: Node) -> None:
    connection = sqlite3.connect(node.path)
    connection.execute("UPDATE symbols SET price_tick = '2'")
    connection.rollback()
    connection.close()

    def failing(stores: Any) -> None:
        stores.candles.add([a_candle()])
        raise LookupError

    with pytest.raises(LookupError):
        await node.database.write(failing)

    assert noted(node) == []


async def test_what_the_bot_writes_is_noted(node: Node) -> None:
    await node.database.write(lambda stores: stores.fills.add(a_fill(id=an_id(1))))

    assert noted(node) == [("fills", key_of([an_id(1)]))]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE symbols SET name = 'B/USDT'",
        "UPDATE listings SET symbol = 'B/USDT'",
        "UPDATE listings SET listed_at = '2025'",
        "DELETE FROM listings",
    ],
)
async def test_keys_never_change_and_facts_are_only_added(node: Node, sql: str) -> None:
    tables = node.tables()

    with pytest.raises(sqlite3.IntegrityError):
        node.shell(sql)

    assert (node.tables(), noted(node)) == (tables, [])


async def test_inside_unnoted_nothing_is_noted_and_after_it_everything(node: Node) -> None:
    def unit(stores: Any, ledger: Any) -> None:
        with ledger.unnoted():
            stores.candles.add([a_candle()])

    await node.copy.write(unit)
    assert noted(node) == []
    await node.database.write(lambda stores: stores.candles.add([a_candle(open_time=START.replace(hour=13))]))
    assert len(noted(node)) == 1


async def test_a_unit_that_fails_inside_unnoted_leaves_the_triggers_awake(node: Node) -> None:
    def unit(stores: Any, ledger: Any) -> None:
        with ledger.unnoted():
            raise LookupError

    with pytest.raises(LookupError):
        await node.copy.write(unit)
    node.shell("UPDATE symbols SET price_tick = '2'")

    assert len(noted(node)) == 1


async def test_writes_without_triggers_are_found_at_the_next_opening(node: Node) -> None:
    await node.copy.rest()
    assert node.shell("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'sync_*'") == []
    node.shell("UPDATE symbols SET price_tick = '2'")
    node.shell("DELETE FROM strategies")
    assert noted(node) == []
    told = len(node.synchronize.replica.entries)

    await node.copy.begin(a_boot())
    await node.settle()

    assert {entry.change.table for entry in list(node.synchronize.replica.entries.values())[told:]} == {
        "symbols",
        "strategies",
    }
    assert await node.waiting() == 0


async def test_a_trigger_that_was_changed_is_made_anew_and_everything_looked_at(node: Node) -> None:
    node.shell("DROP TRIGGER sync_symbols_changed")
    node.shell("UPDATE symbols SET price_tick = '2'")

    await node.copy.begin(a_boot())

    assert ("symbols", '["A/USDT"]') in noted(node)
    node.shell("DELETE FROM sync_noted")
    await node.copy.begin(a_boot())
    assert noted(node) == []


@given(
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), st.text('\\"/\x01\x1f\x7f\u2028é😀')
)
def test_a_key_reads_alike_in_sqlite_and_here(first: str, second: str) -> None:
    connection = sqlite3.connect(":memory:")
    ((key,),) = connection.execute("SELECT json_array(?, ?)", (first, second))
    connection.close()

    assert key == key_of([first, second])


async def test_what_changed_after_it_was_read_is_not_told_with_it(node: Node) -> None:
    node.shell("UPDATE symbols SET price_tick = '2'")
    await node.copy.write(node.synchronize._look_at_some)
    changes = await node.copy.read(lambda _, ledger: ledger.untold(9))
    assert [change.table for change in changes] == ["symbols"]
    node.shell("UPDATE symbols SET price_tick = '3'")
    await node.copy.write(node.synchronize._look_at_some)

    await node.copy.write(lambda _, ledger: ledger.told(changes))
    assert await node.waiting() == 1

    newer = await node.copy.read(lambda _, ledger: ledger.untold(9))
    await node.copy.write(lambda _, ledger: ledger.told(newer))
    assert await node.waiting() == 0


async def test_what_is_too_large_to_be_told_waits_and_holds_nothing_up(node: Node) -> None:
    node.shell("INSERT INTO notifications VALUES ('1', '', 'info', ?, '', '', '', NULL)", ("x" * MAX_PAYLOAD,))
    node.shell("UPDATE strategies SET parameters = ? WHERE name = 'ema_crossover'", ("x" * MAX_PAYLOAD,))
    node.shell("UPDATE symbols SET price_tick = '2'")
    told = len(node.synchronize.replica.entries)

    await node.settle()

    assert [entry.change.table for entry in list(node.synchronize.replica.entries.values())[told:]] == ["symbols"]
    assert await node.waiting() == 2


async def test_a_damaged_state_is_named(node: Node) -> None:
    node.shell("UPDATE sync_rows SET state = 'x' WHERE tbl = 'symbols'")

    with pytest.raises(Unavailable) as error:
        await node.copy.read(lambda _, ledger: ledger.state("symbols", key_of(["A/USDT"])))

    assert error.value.code == "database_damaged"


async def test_of_a_row_that_never_was_nothing_is_known(node: Node) -> None:
    for table in SHARED:
        key = key_of(["none"] * len(SHARED[table].keys))
        assert await node.copy.read(lambda _, ledger, at=(table, key): ledger.state(*at)) == (UNHEARD, False)
