"""Rows of several nodes can meet in every table: no two nodes mint the same key, and nothing else may clash."""

import ast
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Text

from adapters.sql.tables import metadata
from adapters.system.ids import UuidV7
from entrypoints.container import Container
from support.stores import sqlite_file

SOURCE = Path(__file__).parents[2] / "src"
MINTED = {"orders", "fills", "outbox", "notifications"}
"""Tables whose key is an id; all others have the natural key itself, which is the same on every node."""

FOLLOWING = "conflicts"
"""Its id follows from what the record says, so that nodes which find the same make the same record."""


@pytest.fixture
def migrated(tmp_path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(sqlite_file(tmp_path))) as connection:
        yield connection


def faults(connection: sqlite3.Connection, table: str) -> list[str]:
    """What would keep rows of another node out of the table."""
    (definition,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    columns = connection.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (table,)).fetchall()
    keys = [(name, kind, bool(required)) for name, kind, required, position in columns if position]
    indices = connection.execute('SELECT name, "unique", origin FROM pragma_index_list(?)', (table,)).fetchall()
    found = [f"the key {name} is {kind}" for name, kind, required in keys if (kind, required) != ("TEXT", True)]
    found += [] if keys else ["no key"]
    found += ["counts"] if re.search(r"\bAUTOINCREMENT\b", definition, re.IGNORECASE) else []
    found += [f"{name} is unique" for name, unique, origin in indices if unique and origin != "pk"]
    found += ["refers"] if connection.execute("SELECT 1 FROM pragma_foreign_key_list(?)", (table,)).fetchall() else []
    return found


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_rows_of_other_nodes_fit_in(migrated, table):
    assert faults(migrated, table) == []


def test_every_table_that_is_migrated_is_declared(migrated):
    tables = {name for (name,) in migrated.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    assert tables == set(metadata.tables) | {"alembic_version"}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_the_declaration_promises_the_same(table):
    assert [column.name for column in table.primary_key if not isinstance(column.type, Text)] == []
    assert list(table.primary_key) == list(table.c)[: len(table.primary_key)]
    assert [index.name for index in table.indexes if index.unique] == []
    assert not table.foreign_keys
    assert not [constraint for constraint in table.constraints if constraint is not table.primary_key]


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ("id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "counts"),
        ("id INTEGER PRIMARY KEY NOT NULL", "the key id is INTEGER"),
        ("id TEXT PRIMARY KEY", "the key id is TEXT"),
        ("id TEXT", "no key"),
        ("id TEXT PRIMARY KEY NOT NULL, name TEXT UNIQUE", "sqlite_autoindex_planted_2 is unique"),
        ("id TEXT PRIMARY KEY NOT NULL, order_id TEXT REFERENCES orders (id)", "refers"),
    ],
)
def test_a_table_that_would_keep_them_out_is_noticed(migrated, definition, fault):
    migrated.execute(f"CREATE TABLE planted ({definition})")

    assert fault in faults(migrated, "planted")


def test_ids_are_minted_in_one_place_and_sort_by_time():
    def imported(path):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from {getattr(node, "module", None), *(name.name for name in node.names)}

    drawing = {path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if {"uuid", "secrets"} & {*imported(path)}}

    assert Path("adapters/system/ids.py") in drawing
    assert [
        path for path in drawing if path.parts[:2] != ("adapters", "system") and path.parts[0] != "entrypoints"
    ] == []
    assert Container.new_id.cls is UuidV7
    assert {name for name, table in metadata.tables.items() if table.primary_key.columns.keys() == ["id"]} == {
        *MINTED,
        FOLLOWING,
    }
