"""Two bots with a file each on one remote: the same record on both, and on a third that starts from nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

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


def test_what_one_bot_does_is_on_record_at_the_other(tmp_path: Path, remote: Sqld) -> None:
    settings = turso(remote)
    with Service(a_folder(tmp_path, "a"), **settings) as one:
        one.wait_until_healthy()
        one.wait_for(lambda: trades(one), 30, "nothing was traded")
        with Service(a_folder(tmp_path, "b"), **settings) as other:
            other.wait_until_healthy()
            done = trades(one)
            other.wait_for(lambda: done <= trades(other), 30, "the trades did not arrive")
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


def test_an_outage_and_a_wrong_token_are_told_and_nothing_else_suffers(tmp_path: Path, remote: Sqld) -> None:
    with Service(tmp_path, **turso(remote) | {"TURSO_AUTH_TOKEN": token(foreign=True)}) as service:
        service.wait_until_healthy()
        service.wait_for(
            lambda: service.get("/api/v1/system/sync")["state"] == "remote_token_refused", 30, "no one noticed"
        )
        health = service.get("/health")
        assert health["status"] == "warn"
        assert "TURSO_AUTH_TOKEN" in health["checks"]["turso_sync"]["output"]
        service.wait_for(lambda: trades(service), 30, "nothing was traded")
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
