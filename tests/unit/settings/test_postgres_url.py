"""The address of a PostgreSQL database: complete or refused, and its password shown to nobody."""

from pathlib import Path

import pytest

from entrypoints.container import Container
from entrypoints.postgres_url import PostgresUrl
from entrypoints.settings import ConfigurationError, Settings, read_settings, shown

URL = "postgresql://bot:hunter2%40@db.example:6432/trading?sslmode=require"


@pytest.mark.parametrize(
    "written",
    [
        URL,
        "postgres://bot@localhost/trading",
        "postgresql://[::1]/trading",
        "postgresql://bot:a%2Fb@db/trading?sslmode=verify-full&sslrootcert=/etc/ca.pem",
    ],
)
def test_a_complete_address_is_taken_as_it_is_written(written: str) -> None:
    assert read_settings({"DATABASE_URL": written}).database == PostgresUrl(written)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("postgresql://", "must be like postgresql://user:password@host:port/name"),
        ("postgresql://bot:hunter2@db", "must be like"),
        ("postgresql://bot:hunter2@db/", "must be like"),
        ("postgresql:///trading", "must be like"),
        ("postgresql://bot:hunter2@db:port/trading", "must be like"),
        ("postgresql://bot:hunter2@db:70000/trading", "must be like"),
        ("postgresql://bot:hunter2/3@db/trading", "%-codes for what is special in the password"),
        ("postgresql://bot:hunter2#3@db/trading", "%-codes for what is special in the password"),
        ("postgresql://bot:hunter2@[db/trading", "must be like"),
        ("postgresql://bot:hunter2@db/trading?sslmode=maybe", "one of disable, allow, prefer"),
        ("postgresql://bot:hunter2@db/trading?password=hunter2", "no other options than sslmode"),
        ("postgresql+asyncpg://bot:hunter2@db/trading", "a path or sqlite:///path, or postgresql://"),
    ],
)
def test_any_other_is_refused_without_repeating_it(written: str, rule: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings({"DATABASE_URL": written})

    (problem,) = caught.value.problems
    assert problem.startswith("DATABASE_URL: ")
    assert rule in problem
    assert "hunter2" not in problem


def test_nobody_is_shown_who_opens_it() -> None:
    settings = read_settings({"DATABASE_URL": URL})

    assert shown(settings)["DATABASE_URL"] == "postgresql://db.example:6432/trading?sslmode=require"
    assert "hunter2" not in f"{settings!r} {settings.database!r} {settings.database}"


def test_what_lies_beside_a_file_lies_in_the_data_folder() -> None:
    assert read_settings({"DATABASE_URL": URL}).key_file == Path(".data/postgresql.key")
    assert Settings(database_url=Path("/data/bot.db")).key_file == Path("/data/bot.key")


def test_every_part_is_made_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    built = Container(settings=read_settings({"DATABASE_URL": URL}))

    assert [name for name in Container.providers if getattr(built, name)() is None] == ["remote"]
    assert type(built.database()).__name__ == "PostgresDatabase"
    assert [file.name for file in tmp_path.rglob("*.*")] == [".data", "postgresql.key"]
