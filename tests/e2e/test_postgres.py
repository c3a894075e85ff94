"""The installed program on PostgreSQL: it migrates, trades, outlives its server, and shares a database."""

import json
import signal
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from support import postgres
from support.process import Service, command, free_port

postgres.require()


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.database(migrated=False) as made:
        yield made


def traded(service: Service) -> bool:
    return bool(service.get("/api/v1/trades?limit=1")["items"])


def check_books(service: Service) -> None:
    """What is held is what was filled, no order was filled beyond its size, and every amount adds up."""
    portfolio: dict[str, Any] = service.get("/api/v1/portfolio")
    trades, orders = service.pages("/api/v1/trades"), service.pages("/api/v1/orders")
    filled: dict[str, Decimal] = defaultdict(Decimal)
    cash = Decimal(portfolio["starting_balance"])
    for trade in trades:
        filled[trade["order_id"]] += Decimal(trade["quantity"])
        value = Decimal(trade["price"]) * Decimal(trade["quantity"])
        cash += (value if trade["side"] == "sell" else -value) - Decimal(trade["fee"])
    assert Decimal(portfolio["cash"]) == cash
    assert {order["id"]: Decimal(order["filled_quantity"]) for order in orders if order["id"] in filled} == filled
    assert all(Decimal(order["filled_quantity"]) <= Decimal(order["quantity"]) for order in orders)


def test_migrations_are_told_and_applied(tmp_path: Path, url: str) -> None:
    def migrate(verb: str) -> dict[str, Any]:
        done = command("migrate", verb, "--json", folder=tmp_path, DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    head = migrate("status")["head"]
    assert migrate("status")["current"] is None
    up_to_date = {"current": head, "head": head, "pending": []}
    assert migrate("up") == up_to_date | {"backup": None}
    assert migrate("status").items() >= up_to_date.items()


def test_it_trades_and_resumes_where_it_was(tmp_path: Path, url: str) -> None:
    with Service(tmp_path, DATABASE_URL=url, SIMULATED_SPEED="600x") as service:
        service.wait_until_healthy()
        service.wait_for(lambda: traded(service), 30, "nothing was traded")
        assert service.terminate() == 0
        assert service.errors() == ""
    with Service(tmp_path, DATABASE_URL=url, SIMULATED_SPEED="0.001x") as service:
        service.wait_until_healthy()
        again, trades = service.get("/api/v1/portfolio"), service.pages("/api/v1/trades")
        check_books(service)
        assert service.get("/config")["DATABASE_URL"] == url.replace("owner:hunter2%20%40%2F%3A@", "")
        service.terminate()
    with Service(tmp_path, DATABASE_URL=url, SIMULATED_SPEED="0.001x") as service:
        service.wait_until_healthy()
        assert service.get("/api/v1/portfolio") == again
        assert service.pages("/api/v1/trades") == trades
        service.terminate()
    assert [file.name for file in tmp_path.rglob("*.key")] == ["postgresql.key"]
    assert not list(tmp_path.rglob("*.db*"))
    assert "hunter2" not in service.output()


def test_it_outlives_its_server(tmp_path: Path, url: str) -> None:
    with Service(tmp_path, DATABASE_URL=url, SIMULATED_SPEED="600x") as service:
        service.wait_until_healthy()
        service.wait_for(lambda: traded(service), 30, "nothing was traded")
        known = {trade["id"] for trade in service.pages("/api/v1/trades")}
        postgres.server().stop(signal.SIGQUIT)
        service.wait_for(lambda: service.status("/health") == 503, 30, "the health did not tell")
        assert service.status("/api/v1/portfolio") in (401, 503)
        postgres.server().start()
        service.wait_until_healthy()
        service.wait_for(
            lambda: len(service.pages("/api/v1/trades")) > len(known), 30, "nothing was traded after the outage"
        )
        assert known < {trade["id"] for trade in service.pages("/api/v1/trades")}
        check_books(service)
        assert service.terminate() == 0
        assert "hunter2" not in service.output()


def test_two_replicas_on_one_database_do_not_corrupt_it(tmp_path: Path, url: str) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    both = {"DATABASE_URL": url, "SIMULATED_SPEED": "600x"}
    with Service(folders[0], **both) as one, Service(folders[1], **both) as other:
        for each in (one, other):
            each.wait_until_healthy()
        one.wait_for(lambda: len(other.pages("/api/v1/trades")) >= 20, 60, "too little was traded")
        assert other.terminate() == 0
        assert one.terminate() == 0
    with Service(folders[0], **both | {"SIMULATED_SPEED": "0.001x"}) as one:
        one.wait_until_healthy()
        check_books(one)
        one.terminate()


def test_a_server_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    nowhere = f"postgresql://bot:hunter2@127.0.0.1:{free_port()}/trading"
    for arguments in (("serve",), ("migrate", "status")):
        ended = command(*arguments, folder=tmp_path, DATABASE_URL=nowhere, PORT=str(free_port()))
        assert ended.returncode == 1
        assert ended.stderr.startswith("the database (DATABASE_URL) cannot be reached")
        assert ended.stderr.count("\n") == 1
        assert "hunter2" not in ended.stderr
