"""The schema of the SQLite file: migrated forward, checked at the start, and refused clearly."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from adapters.sql.migrations import HEAD, REVISIONS
from adapters.sql.migrations.status import SchemaStatus
from adapters.sql.tables import metadata
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.schema import SqliteSchema
from domain.errors import Unavailable
from support.build import an_account
from support.migrations import definitions, execute, next_release, planted
from support.stores import sqlite_file

pytestmark = pytest.mark.anyio

SOURCE = Path(__file__).parents[2] / "src"
NOBODY = 65534


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "folder" / "bot 100%.db"


@pytest.fixture
def locked():
    """A folder with a database, neither of which may be written, not even by tests that run as root."""
    folder = Path(mkdtemp())
    sqlite_file(folder).chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    yield folder
    os.seteuid(user)
    folder.chmod(0o755)
    shutil.rmtree(folder)


async def opening(path):
    """The error that opening ends with."""
    with pytest.raises(Unavailable) as caught:
        await SqliteDatabase(path, an_account()).open()
    return caught.value


def run(*arguments):
    command = [sys.executable, "-c", *map(str, arguments)]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(SOURCE)})


def test_the_first_upgrade_makes_folder_and_file(path):
    assert SqliteSchema(path).status() == SchemaStatus(current=None, head=HEAD, pending=REVISIONS)
    assert not path.exists()

    SqliteSchema(path).upgrade()

    assert SqliteSchema(path).status() == SchemaStatus(current=HEAD, head=HEAD, pending=())
    assert path.stat().st_mode & 0o777 == 0o600
    SqliteSchema(path).check()


def test_the_migrations_lead_to_the_tables(tmp_path):
    migrated, created = sqlite_file(tmp_path), tmp_path / "created.db"
    metadata.create_all(create_engine(f"sqlite:///{created}", poolclass=NullPool))

    with create_engine(f"sqlite:///{migrated}", poolclass=NullPool).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert definitions(migrated) == definitions(created)


def test_nothing_to_do_does_not_need_alembic(tmp_path):
    path = sqlite_file(tmp_path)
    script = (
        "import sys; from pathlib import Path; from adapters.sqlite.schema import SqliteSchema; "
        "SqliteSchema(Path(sys.argv[1])).upgrade(); sys.exit('alembic' in sys.modules)"
    )

    assert run(script, path).wait() == 0


def test_two_processes_may_upgrade_at_once(path):
    script = "import sys; from adapters.sqlite import schema; schema.SqliteSchema(schema.Path(sys.argv[1])).upgrade()"
    processes = [run(script, path) for _ in range(2)]

    assert [process.wait() for process in processes] == [0, 0]
    SqliteSchema(path).check()


def test_an_older_schema_is_refused(tmp_path):
    with pytest.raises(Unavailable) as caught:
        SqliteSchema(sqlite_file(tmp_path), next_release(tmp_path, ["CREATE TABLE more (id)"])).check()

    assert caught.value.code == "database_older"
    needed = f"at revision {HEAD}, this release needs {planted(1)}; run `cryptobot migrate up`"
    assert needed in caught.value.detail


async def test_a_newer_schema_is_refused(tmp_path):
    path = sqlite_file(tmp_path)
    execute(path, "UPDATE alembic_version SET version_num = '0815'")

    error = await opening(path)
    with pytest.raises(Unavailable):
        SqliteSchema(path).upgrade()

    assert error.code == "database_newer"
    assert f"at revision 0815 of a newer release, this one knows {HEAD}" in error.detail


async def test_a_file_that_is_not_there_is_refused(path):
    error = await opening(path)

    assert error.code == "database_older"
    assert "is at revision none" in error.detail
    assert not path.exists()


async def test_a_folder_is_refused(tmp_path):
    for refusal in (await opening(tmp_path), upgrading(tmp_path)):
        assert "DATABASE_URL names the folder" in refusal.detail


async def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk. " * 100)

    for refusal in (await opening(path), upgrading(path)):
        assert "(DATABASE_URL) is not a SQLite file" in refusal.detail
    assert path.read_text() == "Buy milk. " * 100


async def test_the_database_of_another_program_is_refused(tmp_path):
    path = tmp_path / "photos.db"
    execute(path, "CREATE TABLE photos (id)")

    for refusal in (await opening(path), upgrading(path)):
        assert "(DATABASE_URL) holds tables of another program" in refusal.detail
    assert list(definitions(path)) == ["photos"]


async def test_a_truncated_file_is_refused(tmp_path):
    path = sqlite_file(tmp_path)
    path.write_bytes(path.read_bytes()[:8192])

    assert "(DATABASE_URL) is damaged; restore a backup" in (await opening(path)).detail


async def test_a_file_that_cannot_be_written_is_refused(locked):
    assert "(DATABASE_URL) cannot be written" in (await opening(locked / "cryptobot.db")).detail


@pytest.mark.parametrize("name", ["new.db", "deep/new.db"])
def test_a_folder_that_cannot_be_written_is_refused(locked, name):
    assert "cannot be created (Permission denied)" in upgrading(locked / name).detail


def upgrading(path):
    """The error that an upgrade ends with."""
    with pytest.raises(Unavailable) as caught:
        SqliteSchema(path).upgrade()
    return caught.value
