"""Migrating a file that holds something: a backup first, then revision by revision, each entirely or not at all."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from adapters.sql.migrations import HEAD, REVISIONS
from adapters.sql.migrations.status import SchemaStatus
from adapters.sqlite.connection import connect_reader, connect_writer
from adapters.sqlite.schema import SqliteSchema
from domain.errors import Unavailable
from support.build import START
from support.migrations import definitions, execute, next_release, planted
from support.stores import sqlite_file

PAGE = 4096
SECOND, THIRD = ["CREATE TABLE second (id)"], ["CREATE TABLE third (id)"]


@pytest.fixture
def path(tmp_path):
    """A database at the newest revision with a listing in it."""
    path = sqlite_file(tmp_path)
    execute(path, "INSERT INTO listings VALUES ('BTC/USDT', '2025-01-01T12:00:00.000Z')")
    return path


def fill(path):
    """Write a hundred pages."""
    for number in range(100):
        execute(path, f"INSERT INTO outbox VALUES ({number}, 'kind', hex(zeroblob({PAGE // 2})))")


def schema(path, folder, *revisions, now=START):
    return SqliteSchema(path, next_release(folder, *revisions), lambda: now)


def backups(path):
    return sorted(file.name for file in (path.parent / "backups").iterdir())


def refusal(schema):
    with pytest.raises(Unavailable) as caught:
        schema.upgrade()
    return caught.value


def test_an_upgrade_keeps_the_data(path, tmp_path):
    upgraded = schema(path, tmp_path, SECOND, THIRD)
    assert upgraded.status() == SchemaStatus(current=HEAD, head=planted(2), pending=(planted(1), planted(2)))

    upgraded.upgrade()

    upgraded.check()
    assert execute(path, "SELECT symbol FROM listings") == [("BTC/USDT",)]


def test_the_database_as_it_was_is_kept_beside_it(path, tmp_path):
    before = definitions(path)

    backup = schema(path, tmp_path, SECOND, THIRD).upgrade()

    assert backup == tmp_path / "backups" / f"cryptobot.before-{planted(1)}-20250101T120000000Z.db"
    assert backups(path) == [backup.name]
    assert definitions(backup) == before != definitions(path)
    assert execute(backup, "SELECT symbol FROM listings") == [("BTC/USDT",)]
    assert execute(backup, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert execute(backup, "PRAGMA integrity_check") == [("ok",)]


def test_only_its_owner_may_read_a_backup(path, tmp_path):
    backup = schema(path, tmp_path, SECOND).upgrade()

    assert backup.stat().st_mode & 0o777 == 0o600
    assert backup.parent.stat().st_mode & 0o777 == 0o700


def test_a_backup_takes_the_place_of_the_database(path, tmp_path):
    upgraded = schema(path, tmp_path, SECOND)
    path.write_bytes(upgraded.upgrade().read_bytes())

    SqliteSchema(path).check()
    upgraded.upgrade()
    upgraded.check()


def test_what_only_the_log_holds_is_in_the_backup(path, tmp_path):
    with closing(connect_writer(path)) as running:
        running.execute("INSERT INTO listings VALUES ('ETH/USDT', '2025-01-01T12:00:00.000Z')")

        backup = schema(path, tmp_path, SECOND).upgrade()

        assert execute(backup, "SELECT symbol FROM listings") == [("BTC/USDT",), ("ETH/USDT",)]
        assert execute(backup, "PRAGMA journal_mode") == [("delete",)]


def test_nothing_is_kept_of_an_empty_file(tmp_path):
    path = tmp_path / "new.db"

    assert SqliteSchema(path).upgrade() is None

    assert [file.name for file in tmp_path.iterdir()] == ["new.db"]


def test_nothing_is_kept_where_nothing_is_pending(path):
    assert SqliteSchema(path).upgrade() is None
    assert not (path.parent / "backups").exists()


def test_the_last_three_backups_are_kept_and_all_other_files(path, tmp_path):
    folder = path.parent / "backups"
    folder.mkdir()
    stems = [f"cryptobot.before-{number}-2024010{number}T000000000Z" for number in (3, 1, 4, 2)]
    strangers = ["other.before-1-20240101T000000000Z.db", "cryptobot.before-1-20240101T000000000Z.db.gz", "notes.txt"]
    for name in [f"{stem}.db" for stem in stems] + strangers:
        (folder / name).touch()

    schema(path, tmp_path, SECOND).upgrade()

    newest = f"cryptobot.before-{planted(1)}-20250101T120000000Z"
    assert backups(path) == sorted([f"{stem}.db" for stem in (stems[0], stems[2], newest)] + strangers)


def test_a_clock_that_is_behind_does_not_cost_the_newest_backup(path, tmp_path):
    folder = path.parent / "backups"
    folder.mkdir()
    for year in (2031, 2032, 2033):
        (folder / f"cryptobot.before-{planted(1)}-{year}0101T000000000Z.db").touch()

    backup = schema(path, tmp_path, SECOND).upgrade()

    assert backup.exists()
    assert len(backups(path)) == 3


def test_what_a_killed_backup_left_is_removed(path, tmp_path):
    folder = path.parent / "backups"
    folder.mkdir()
    for suffix in ("", "-journal", "-wal", "-shm"):
        (folder / f"cryptobot.db.partial{suffix}").write_text("half")

    backup = schema(path, tmp_path, SECOND).upgrade()

    assert backups(path) == [backup.name]
    assert execute(backup, "PRAGMA integrity_check") == [("ok",)]


def test_without_a_backup_nothing_is_migrated(path, tmp_path):
    (path.parent / "backups").write_text("in the way")
    upgraded = schema(path, tmp_path, SECOND)

    error = refusal(upgraded)

    assert error.code == "backup_failed"
    assert f"was not migrated, as its backup in {tmp_path / 'backups'} failed (File exists)" in error.detail
    assert "make room for a second copy of it there, in a folder that this user may write" in error.detail
    assert upgraded.status().current == HEAD


def test_a_backup_that_there_is_no_room_for_changes_nothing(path, tmp_path):
    fill(path)
    upgraded = schema(path, tmp_path, SECOND)
    script = (
        "import sys; from pathlib import Path; from resource import RLIMIT_FSIZE, setrlimit; "
        "from adapters.sqlite.schema import SqliteSchema; "
        "setrlimit(RLIMIT_FSIZE, (50 * 4096, 50 * 4096)); SqliteSchema(*map(Path, sys.argv[1:])).upgrade()"
    )
    command = [sys.executable, "-c", script, str(path), str(upgraded.migrations)]

    ended = subprocess.run(command, capture_output=True, text=True)

    assert f"was not migrated, as its backup in {tmp_path / 'backups'} failed (disk I/O error)" in ended.stderr
    assert backups(path) == []
    assert upgraded.status().current == HEAD


def test_a_damaged_database_is_not_migrated(path, tmp_path):
    fill(path)
    content = path.read_bytes()
    path.write_bytes(content[: -10 * PAGE] + b"\xff" * 10 * PAGE)
    upgraded = schema(path, tmp_path, SECOND)

    error = refusal(upgraded)

    assert error.code == "database_damaged"
    assert "is damaged and was not migrated" in error.detail
    assert backups(path) == []
    assert upgraded.status().current == HEAD


def test_a_revision_that_fails_leaves_those_before_it(path, tmp_path):
    upgraded = schema(path, tmp_path, SECOND, ["CREATE TABLE third (id)", "CREATE TABLE listings (id)"], ["SELECT 1"])

    error = refusal(upgraded)

    assert error.code == "migration_failed"
    stays = f"revision {planted(2)} was not applied and the database stays at revision {planted(1)}: "
    assert error.detail.startswith(stays)
    assert "table listings already exists" in error.detail
    assert error.detail.endswith(f"lies in {path.parent / 'backups' / backups(path)[0]}")
    assert upgraded.status().current == planted(1)
    assert "second" in definitions(path)
    assert "third" not in definitions(path)


def test_a_revision_that_breaks_is_named(path, tmp_path):
    upgraded = schema(path, tmp_path, SECOND)
    broken = upgraded.migrations / "versions" / f"r{planted(1)}_planted.py"
    broken.write_text(broken.read_text().replace("op.execute(statement)", "raise ValueError('a row makes no sense')"))

    assert f"revision {planted(1)} was not applied" in refusal(upgraded).detail
    assert "a row makes no sense" in refusal(upgraded).detail
    assert upgraded.status().current == HEAD


def test_it_goes_on_where_it_failed(path, tmp_path):
    failing = schema(path, tmp_path, SECOND, ["CREATE TABLE listings (id)"])
    refusal(failing)
    mended = schema(path, tmp_path / "mended", SECOND, THIRD, now=START + timedelta(seconds=1))

    backup = mended.upgrade()

    mended.check()
    assert f"before-{planted(2)}" in backup.name
    assert "second" in definitions(backup)


def test_a_database_that_is_being_written_waits_and_is_refused(path, tmp_path, monkeypatch):
    monkeypatch.setattr("adapters.sqlite.connection.BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        error = refusal(schema(path, tmp_path, SECOND))
        other.execute("ROLLBACK")

    assert "is locked by another process" in error.detail
    assert not (path.parent / "backups").exists()


def test_only_the_writer_folds_the_log_into_the_file(path):
    with closing(connect_writer(path)) as writer, closing(connect_reader(path)) as reader:
        assert writer.execute("PRAGMA wal_autocheckpoint").fetchone() == (1000,)
        assert reader.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)


def test_no_revision_can_be_undone(tmp_path):
    for revision in (SqliteSchema(tmp_path).migrations / "versions").glob("*.py"):
        assert "downgrade" not in revision.read_text()
    assert list(REVISIONS) == [f"{number:04}" for number in range(1, len(REVISIONS) + 1)]
