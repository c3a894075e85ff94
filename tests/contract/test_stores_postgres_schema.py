"""The schema of the PostgreSQL database: migrated forward, checked at the start, and refused clearly."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.postgres import schema
from adapters.postgres.database import PostgresDatabase
from adapters.postgres.schema import PostgresSchema
from adapters.sql.migrations import FOLDER, HEAD, REVISIONS
from adapters.sql.migrations.status import SchemaStatus
from adapters.sql.tables import metadata
from domain.errors import Unavailable
from support import postgres
from support.build import an_account

postgres.require()

SOURCE = Path(__file__).parents[2] / "src"
COLUMNS = """
    SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, collation_name::text
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2
"""
INDICES = "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE 'alem%'"
ORDERED = {("fills", "rowid"), ("outbox", "rowid")}
"""The order of recording, which only the database knows."""


@pytest.fixture
def url():
    with postgres.database() as made:
        yield made


@pytest.fixture
def empty():
    with postgres.database(migrated=False) as made:
        yield made


def refused(call, *arguments):
    with pytest.raises(Unavailable) as caught:
        call(*arguments)
    return caught.value


def opening(url):
    """The error that opening ends with."""
    return refused(asyncio.run, PostgresDatabase(url, an_account()).open())


def run(script, url):
    return subprocess.Popen([sys.executable, "-c", script, url], env=os.environ | {"PYTHONPATH": str(SOURCE)})


def test_the_first_upgrade_makes_the_tables(empty):
    assert PostgresSchema(empty).status() == SchemaStatus(current=None, head=HEAD, pending=REVISIONS)
    assert "is at revision none" in opening(empty).detail

    PostgresSchema(empty).upgrade()

    assert PostgresSchema(empty).status() == SchemaStatus(current=HEAD, head=HEAD, pending=())
    PostgresSchema(empty).check()


def test_the_migrations_lead_to_the_tables(url, empty):
    async def create():
        engine = create_async_engine(empty.replace("postgresql:", "postgresql+asyncpg:"), poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    asyncio.run(create())

    migrated = postgres.query(url, COLUMNS)
    assert {row[:2] for row in migrated if row[1] == "rowid"} == ORDERED
    assert [row for row in migrated if row[:2] not in ORDERED] == postgres.query(empty, COLUMNS)
    indices = {name: text for name, text in postgres.query(url, INDICES) if "rowid" not in name}
    partial = indices.pop("orders_open")
    assert partial.endswith("(status = ANY (ARRAY['new'::text, 'accepted'::text, 'partially_filled'::text]))")
    assert indices == {name: text for name, text in postgres.query(empty, INDICES) if name != "orders_open"}


def test_every_text_sorts_by_its_bytes(url):
    assert {row[4] for row in postgres.query(url, COLUMNS) if row[2] == "text"} == {"C"}


def test_the_order_of_recording_is_indexed(url):
    names = {name for name, text in postgres.query(url, INDICES) if "UNIQUE" in text and "(rowid)" in text}

    assert names == {"fills_rowid_key", "outbox_rowid_key"}


def test_nothing_to_do_does_not_need_alembic(url):
    script = (
        "import sys; from adapters.postgres.schema import PostgresSchema; "
        "PostgresSchema(sys.argv[1]).upgrade(); sys.exit('alembic' in sys.modules)"
    )

    assert run(script, url).wait() == 0


def test_two_processes_may_upgrade_at_once(empty):
    script = "import sys; from adapters.postgres.schema import PostgresSchema as S; S(sys.argv[1]).upgrade()"
    processes = [run(script, empty) for _ in range(2)]

    assert [process.wait() for process in processes] == [0, 0]
    PostgresSchema(empty).check()


@pytest.fixture
def next_release(tmp_path, monkeypatch):
    """A release with a second and a third revision; its function takes the statement of the third."""

    def made(statement):
        folder = shutil.copytree(FOLDER, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
        last = REVISIONS[-1]
        revision = (
            "from alembic import op\nrevision = {!r}\ndown_revision = {!r}\ndef upgrade():\n    op.execute({!r})\n"
        )
        second = revision.format("8001", last, "CREATE TABLE second (id INTEGER)")
        (folder / "versions" / "r8001_second.py").write_text(second)
        (folder / "versions" / "r8002_third.py").write_text(revision.format("8002", "8001", statement))
        monkeypatch.setattr(schema, "FOLDER", folder)
        monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, "8001", "8002"))

    return made


def test_an_upgrade_keeps_the_data(url, next_release):
    postgres.query(url, "INSERT INTO listings VALUES ('BTC/USDT', '2025-01-01T12:00:00.000Z')")
    next_release("CREATE TABLE third (id INTEGER)")

    assert PostgresSchema(url).status() == SchemaStatus(current=HEAD, head="8002", pending=("8001", "8002"))
    assert opening(url).code == "database_older"
    PostgresSchema(url).upgrade()

    PostgresSchema(url).check()
    assert postgres.query(url, "SELECT symbol FROM listings") == [("BTC/USDT",)]


def test_a_revision_that_fails_changes_nothing(url, next_release):
    alter, fail = "ALTER TABLE second ADD COLUMN more INTEGER", "CREATE TABLE listings (id INTEGER)"
    next_release(f"DO $$ BEGIN {alter}; {fail}; END $$")

    assert "already exists" in refused(PostgresSchema(url).upgrade).detail

    assert PostgresSchema(url).status().current == "8001"
    assert [row[1] for row in postgres.query(url, COLUMNS) if row[0] == "second"] == ["id"]


def test_a_newer_schema_is_refused(url):
    postgres.query(url, "UPDATE alembic_version SET version_num = '9815'")

    for error in (opening(url), refused(PostgresSchema(url).upgrade)):
        assert error.code == "database_newer"


def test_the_database_of_another_program_is_refused(empty):
    postgres.query(empty, "CREATE TABLE photos (id INTEGER)")

    for error in (opening(empty), refused(PostgresSchema(empty).upgrade)):
        assert "(DATABASE_URL) holds tables of another program" in error.detail


def test_a_user_who_may_not_make_tables_is_told_so(empty):
    guest = "guest_of_tests"
    postgres.query(empty, f"CREATE ROLE {guest} LOGIN PASSWORD 'hunter2'")
    address = postgres.server().url(empty.rpartition("/")[2], user=guest, password="hunter2")

    error = refused(PostgresSchema(address).upgrade)
    postgres.query(empty, f"DROP ROLE {guest}")

    assert "grant its user the right to create and change tables" in error.detail
    assert "hunter2" not in repr(error)


def test_a_server_that_is_not_there_is_told(empty):
    nowhere = empty.replace(f":{postgres.server().port}/", ":1/")

    for error in (refused(PostgresSchema(nowhere).status), refused(PostgresSchema(nowhere).upgrade)):
        assert "cannot be reached" in error.detail
        assert "hunter2" not in repr(error)
