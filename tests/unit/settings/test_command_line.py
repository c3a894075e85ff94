"""The command line: says what is wrong in a line, and its exit code is 0, 1 or 2."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from adapters.sql.migrations import HEAD, REVISIONS
from adapters.sqlite.schema import SqliteSchema
from adapters.sqlite.version import VERSION, warnings
from entrypoints import cli
from support.migrations import next_release

Cryptobot = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cryptobot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cryptobot:
    """Runs a command in an empty folder and returns its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
        for name, value in ({"DATABASE_URL": str(tmp_path / "bot.db")} | environment).items():
            monkeypatch.setenv(name, value)
        code = cli.run(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_configuration_that_is_fine(cryptobot: Cryptobot) -> None:
    assert cryptobot("config", "check", "--json") == (0, '{"ok":true,"problems":[]}\n', "")


def test_configuration_that_is_not(cryptobot: Cryptobot) -> None:
    code, out, err = cryptobot("config", "check", "--json", PORT="0", LOG_LEVEL="loud")
    assert (code, err) == (1, "")
    assert len(json.loads(out)["problems"]) == 2


def test_a_service_with_wrong_settings_does_not_start(cryptobot: Cryptobot) -> None:
    code, out, err = cryptobot("serve", PORT="0", TIMEFRAME="7m")
    assert (code, out) == (1, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["PORT", "TIMEFRAME"]


def test_the_env_file_is_read_beneath_the_environment(cryptobot: Cryptobot, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nTIMEFRAME=5m\n")
    _, out, _ = cryptobot("config", "show", "--json", TIMEFRAME="1h")
    shown = json.loads(out)
    assert (shown["PORT"], shown["TIMEFRAME"]) == (9001, "1h")


def test_production_does_not_read_the_env_file(cryptobot: Cryptobot, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9001\n")
    _, out, _ = cryptobot("config", "show", "--json", ENVIRONMENT="production")
    assert json.loads(out)["PORT"] == 8080


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("token", "issue"), ("token", "issue", "--role", "king"), ("config", "show", "--wat")]
)
def test_bad_usage_is_exit_code_two(cryptobot: Cryptobot, arguments: tuple[str, ...]) -> None:
    code, out, err = cryptobot(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_a_token_is_alone_on_stdout(cryptobot: Cryptobot) -> None:
    code, out, err = cryptobot("token", "issue", "--role", "trader")
    assert (code, err) == (0, "")
    assert out.count(".") == 2
    assert len(out.split()) == 1


def test_production_issues_no_development_token(cryptobot: Cryptobot, tmp_path: Path) -> None:
    code, out, err = cryptobot("token", "issue", "--role", "admin", ENVIRONMENT="production")
    assert (code, out) == (1, "")
    assert "ENVIRONMENT is production" in err
    assert list(tmp_path.iterdir()) == []


def test_migrations_are_told_and_applied(cryptobot: Cryptobot) -> None:
    _, before, _ = cryptobot("migrate", "status", "--json")
    code, after, _ = cryptobot("migrate", "up", "--json")
    assert (json.loads(before)["pending"], json.loads(before)["head"]) == (list(REVISIONS), HEAD)
    assert json.loads(before)["sqlite_version"] == VERSION
    assert json.loads(before)["warnings"] == list(warnings())
    assert code == 0
    assert (json.loads(after)["pending"], json.loads(after)["backup"]) == ([], None)


def test_the_backup_before_a_migration_is_told(
    cryptobot: Cryptobot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cryptobot("migrate", "up")
    later = partial(SqliteSchema, migrations=next_release(tmp_path, ["CREATE TABLE more (id)"]))
    monkeypatch.setattr("entrypoints.container.SqliteSchema", later)

    _, out, _ = cryptobot("migrate", "up", "--json")

    assert Path(json.loads(out)["backup"]).parent == tmp_path / "backups"
    assert Path(json.loads(out)["backup"]).is_file()


def test_a_database_that_cannot_be_is_named(cryptobot: Cryptobot) -> None:
    code, _, err = cryptobot("migrate", "up", DATABASE_URL="/dev/null/bot.db")
    assert code == 1
    assert err.startswith("DATABASE_URL names /dev/null/bot.db")


def test_the_openapi_document_is_printed_as_it_is_committed(cryptobot: Cryptobot) -> None:
    _, out, _ = cryptobot("openapi")
    assert out == (Path(__file__).parents[3] / "openapi.json").read_text()
