"""Which versions of SQLite are warned about."""

import sqlite3
from contextlib import closing

import pytest

from adapters.sqlite.version import VERSION, warnings

SOUND = ["3.6.23", "3.44.6", "3.44.7", "3.50.7", "3.50.8", "3.51.3", "3.52.0", "3.53.1", "4.0.0"]
AFFECTED = ["3.7.0", "3.40.1", "3.44.5", "3.45.0", "3.46.1", "3.50.6", "3.51.0", "3.51.2"]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


@pytest.mark.parametrize("version", SOUND)
def test_a_corrected_version_is_nothing_to_warn_about(version: str) -> None:
    assert warnings(numbers(version)) == ()


@pytest.mark.parametrize("version", AFFECTED)
def test_a_version_with_the_wal_reset_bug_is_warned_about(version: str) -> None:
    (warning,) = warnings(numbers(version))

    assert warning.startswith(f"SQLite {version} has the WAL-reset bug")
    assert "install SQLite 3.51.3 or newer" in warning


def test_the_version_told_is_the_one_that_runs() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        assert connection.execute("SELECT sqlite_version()").fetchone() == (VERSION,)
    assert warnings() == warnings(numbers(VERSION))
