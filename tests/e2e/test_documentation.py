"""What the documentation shows works as it is shown, with the installed program."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite.schema import SqliteSchema
from support.build import BTC, ETH, candles
from support.documentation import ROOT, blocks, page, pasted
from support.market import candle_file
from support.migrations import execute
from support.process import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """As `make run` starts it, once it has traded."""
    with Service(tmp_path_factory.mktemp("documentation")) as running:
        running.wait_until_healthy()
        running.wait_for(
            lambda: running.get("/api/v1/trades?limit=1")["items"], 30, "nothing was traded within seconds"
        )
        yield running


def answers(service: Service, *scripts: str) -> list[Any]:
    """The documents that the curl commands of these blocks print."""
    shown = pasted("\n".join(scripts), service.folder, service)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines() if line]


def test_the_readme_shows_a_portfolio(service: Service) -> None:
    (script,) = [block for block in blocks("README.md") if "curl" in block]
    (portfolio,) = answers(service, script)
    assert portfolio["mode"] == "paper"


def test_the_readme_trades_real_candles(tmp_path: Path) -> None:
    (script,) = [block for block in blocks("README.md") if "EXCHANGE=replay" in block]
    *assignments, make, target = shlex.split(script)
    assert (make, target) == ("make", "run")
    for symbol in (BTC, ETH):
        candle_file(tmp_path, candles(100, 101, 102, symbol=symbol), suffix=".csv.gz")
    settings = dict(assignment.split("=", 1) for assignment in assignments)
    with Service(tmp_path, **settings) as replay:
        replay.wait_until_healthy()
        listed = {symbol["symbol"] for symbol in replay.get("/api/v1/market/symbols")["items"]}
        assert listed == {BTC, ETH}


def test_the_quick_start_looks_orders_and_halts(service: Service) -> None:
    look, order, halt = (block for block in blocks("docs/quick-start.md") if "curl" in block)
    health, portfolio, trades, placed, again = answers(service, look, order, order)
    assert health["status"] in ("pass", "warn")
    assert portfolio["mode"] == "paper"
    assert trades["items"]
    assert again["id"] == placed["id"]
    mine = f"/api/v1/orders/{placed['id']}"
    service.wait_for(lambda: service.get(mine)["order"]["status"] == "filled", 30, "the order was not filled")
    *_, halted = answers(service, look, halt)
    assert halted["halted"]
    (resume,) = re.findall(r"`POST (\S+resume)`", page("docs/quick-start.md"))
    assert not service.call("POST", resume)["halted"]


def test_the_token_of_a_viewer_looks_and_does_not_touch(service: Service) -> None:
    written = r"`(\.venv/bin/cryptobot token issue) --role admin`; with `(--role viewer)`"
    ((issue, role),) = re.findall(written, page("docs/quick-start.md"))
    look, order, _ = (block for block in blocks("docs/quick-start.md") if "curl" in block)
    script = look.replace("make token", f"{issue} {role}")
    assert len(answers(service, script)) == 3
    refused = pasted(f"{script}\n{order}", service.folder, service)
    assert refused.returncode == 22  # what curl says of an answer that is an error
    assert json.loads(refused.stdout.splitlines()[-1])["status"] == 403


def test_the_configuration_page_shows_what_the_check_prints(tmp_path: Path) -> None:
    (example,) = blocks("docs/configuration.md", "")
    shown, _, printed = example.removeprefix("$ ").partition("\n")
    checked = pasted(shown, tmp_path)
    assert checked.returncode == 1
    assert checked.stdout == printed


def test_the_configuration_in_force_is_shown(tmp_path: Path) -> None:
    (show,) = re.findall(r"`(\S+cryptobot config show)`", page("docs/configuration.md"))
    assert "PAPER_BALANCE" in pasted(show, tmp_path).stdout


def test_the_database_is_migrated_and_its_status_told(tmp_path: Path) -> None:
    migrate, _ = blocks("docs/database.md")
    shown = pasted(migrate, tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert {"current", "pending", "sqlite_version", "warnings", "backup"} <= set(shown.stdout.split())
    assert "current" in pasted(f"{migrate.splitlines()[0]} --json", tmp_path).stdout


def test_a_backup_takes_the_place_of_the_database(tmp_path: Path) -> None:
    _, restore = blocks("docs/database.md")
    (name,) = re.findall(r"backups/(\S+)", restore)
    database, backup = tmp_path / ".data" / "simulated.db", tmp_path / ".data" / "backups" / name
    for file in (database, backup):
        SqliteSchema(file).upgrade()
    execute(backup, "INSERT INTO listings VALUES ('BTC/USDT', '2025-01-01T12:00:00.000Z')")
    database.with_name("simulated.db-wal").write_bytes(b"what a killed process left")
    restored = pasted(restore, tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert execute(database, "SELECT symbol FROM listings") == [("BTC/USDT",)]
    assert len(list((tmp_path / ".data" / "aside").iterdir())) == 2
    SqliteSchema(database).check()


def test_the_use_case_passes_its_test(tmp_path: Path) -> None:
    name = "docs/add-a-use-case.md"
    paths = re.findall(r"^\*\*\d\. .*?\*\*, `(\S+\.py)`", page(name), re.MULTILINE)
    files = dict(zip(paths, blocks(name, "python"), strict=True))
    for part in ("src", "tests/support"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / part, tmp_path / part)
    for path, code in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(code, encoding="utf-8")
    for tool in (["pytest", "tests"], ["ruff", "check", *files], ["ruff", "format", "--check", *files]):
        run = subprocess.run([sys.executable, "-m", *tool], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_contract_is_brought_up_to_date(tmp_path: Path) -> None:
    (write,) = re.findall(r"`(\S+cryptobot openapi > openapi.json)`", page("docs/add-a-use-case.md"))
    assert pasted(write, tmp_path).returncode == 0
    assert (tmp_path / "openapi.json").read_text() == page("openapi.json")
