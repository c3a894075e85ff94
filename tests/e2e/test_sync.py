"""Two bots with a file each on one remote: the same record on both, and on a third that starts from nothing."""

import json
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.process import Service, command
from support.sqld import Sqld, installed, token

pytestmark = pytest.mark.skipif(not installed(), reason="the libSQL server is not installed")


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Sqld]:
    server = Sqld(tmp_path / "sqld").start()
    yield server
    server.stop()


def turso(remote: Sqld) -> dict[str, str]:
    return {
        "TURSO_ENABLED": "true",
        "TURSO_URL": remote.url,
        "TURSO_AUTH_TOKEN": token(),
        "TURSO_SYNC_INTERVAL_SECONDS": "1",
    }


def a_folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def trades(service: Service) -> set[str]:
    return {trade["id"] for trade in service.pages("/api/v1/trades")}


def kinds(service: Service) -> set[str]:
    return {notification["kind"] for notification in service.pages("/api/v1/notifications")}


def refused_order(service: Service) -> Any:
    order = {"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "0.001"}
    with pytest.raises(urllib.error.HTTPError) as refusal:
        service.call("POST", "/api/v1/orders", order, Idempotency_Key="one")
    return json.loads(refusal.value.read())


def test_what_one_bot_does_is_on_record_at_the_other(tmp_path: Path, remote: Sqld) -> None:
    settings = turso(remote)
    with Service(a_folder(tmp_path, "a"), **settings) as one:
        one.wait_until_healthy()
        one.wait_for(lambda: trades(one), 30, "nothing was traded")
        with Service(a_folder(tmp_path, "b"), **settings) as other:
            other.wait_until_healthy()
            done = trades(one)
            other.wait_for(lambda: done <= trades(other), 30, "the trades did not arrive")
            refusal = refused_order(other)
            assert (refusal["status"], refusal["code"]) == (409, "not_the_trader")
            tables = "SELECT count(*) FROM fills WHERE mode = 'paper' AND symbol LIKE '%/USDT'"
            other.wait_for(lambda: int(remote.query(tables)[0][0] or 0) >= len(done), 30, "the owner cannot read them")
            one.call("POST", "/api/v1/risk/halt", {"reason": "storm"})
            other.wait_for(lambda: other.get("/api/v1/risk/limits")["halt"]["halted"], 30, "the halt did not arrive")
            assert other.terminate() == 0
        assert one.terminate() == 0
    # One's file is lost; what it had comes back.
    with Service(a_folder(tmp_path, "c"), **settings) as heir:
        heir.wait_until_healthy()
        heir.wait_for(lambda: done <= trades(heir), 30, "the trades did not come back")
        assert heir.get("/api/v1/system/sync")["state"] in ("in_sync", "syncing")
        assert heir.get("/api/v1/risk/limits")["halt"]["reason"] == "storm"
        heir.terminate()


def test_another_takes_over_when_the_trader_leaves(tmp_path: Path, remote: Sqld) -> None:
    settings = turso(remote)
    with Service(a_folder(tmp_path, "a"), **settings) as one:
        one.wait_until_healthy()
        one.wait_for(lambda: trades(one), 30, "nothing was traded")
        with Service(a_folder(tmp_path, "b"), **settings) as other:
            other.wait_until_healthy()
            assert refused_order(other)["code"] == "not_the_trader"
            assert one.terminate() == 0
            known = trades(other)
            other.wait_for(lambda: trades(other) - known, 60, "nobody trades any more")
            other.wait_for(lambda: "trading_taken_over" in kinds(other), 30, "nobody was told")
            assert other.terminate() == 0


def test_a_wrong_token_is_told_and_the_only_bot_goes_on(tmp_path: Path, remote: Sqld) -> None:
    with Service(tmp_path, **turso(remote)) as service:
        service.wait_until_healthy()
        service.wait_for(lambda: trades(service), 30, "nothing was traded")
        assert service.terminate() == 0
    with Service(tmp_path, **turso(remote) | {"TURSO_AUTH_TOKEN": token(foreign=True)}) as service:
        service.wait_until_healthy()
        service.wait_for(
            lambda: service.get("/api/v1/system/sync")["state"] == "remote_token_refused", 30, "no one noticed"
        )
        service.wait_for(lambda: service.get("/health")["status"] == "warn", 30, "the health says nothing")
        assert "TURSO_AUTH_TOKEN" in service.get("/health")["checks"]["turso_sync"]["output"]
        known = trades(service)
        service.wait_for(lambda: trades(service) - known, 30, "nothing was traded any more")
        assert service.terminate() == 0
        assert token(foreign=True)[:20] not in service.output()


def test_the_command_line_synchronizes_and_tells_how_far_it_is(tmp_path: Path, remote: Sqld) -> None:
    settings = turso(remote)
    with Service(tmp_path, **settings) as service:
        service.wait_until_healthy()
        service.wait_for(lambda: trades(service), 30, "nothing was traded")
        assert service.terminate() == 0
    for words in (("run",), ("bootstrap",)):
        ran = command("sync", *words, "--json", folder=tmp_path, **settings)
        assert ran.returncode == 0, ran.stderr
        report = json.loads(ran.stdout)
        assert (report["state"], report["waiting"]) == ("in_sync", 0)
    status = command("sync", "status", "--json", folder=tmp_path, **settings)
    assert json.loads(status.stdout)["waiting"] == 0
    off = command("sync", "run", folder=tmp_path)
    assert (off.returncode, off.stdout) == (1, "")
    assert "synchronization is off" in off.stderr
