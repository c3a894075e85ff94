"""The installed program as a process: it starts, listens, drains, resumes, and says why when it cannot."""

import socket
import urllib.request
from pathlib import Path

from support.process import Service, command, free_port


def test_it_answers_on_both_address_families_and_leaves_cleanly(tmp_path: Path) -> None:
    with Service(tmp_path, HOST="::") as service:
        service.wait_until_healthy()
        for host in ("127.0.0.1", "[::1]"):
            with urllib.request.urlopen(f"http://{host}:{service.port}/health", timeout=5) as answer:
                assert answer.status == 200
        assert service.status("/health/ready") == 200
        assert service.output().count("WAL-reset bug") == len(service.get("/version")["warnings"])
        assert service.terminate() == 0
        assert service.errors() == ""
        assert '"message":"stopped"' in service.output().splitlines()[-1]
        assert not (tmp_path / "bot.db-wal").exists()


def test_localhost_listens_on_both_families_too(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.wait_until_healthy()
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family) as connection:
                connection.connect((address, service.port))


def test_a_port_that_is_taken_is_said_in_a_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = command("serve", folder=tmp_path, PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "Address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_resumes_where_it_was(tmp_path: Path) -> None:
    with Service(tmp_path, SIMULATED_SPEED="600x") as service:
        service.wait_until_healthy()
        service.wait_for(lambda: service.get("/api/v1/trades?limit=1")["items"], 30, "nothing was traded")
        assert service.terminate() == 0
    with Service(tmp_path, SIMULATED_SPEED="0.001x") as service:
        service.wait_until_healthy()
        again = service.get("/api/v1/portfolio")
        trades = service.pages("/api/v1/trades")
        service.terminate()
    with Service(tmp_path, SIMULATED_SPEED="0.001x") as service:
        service.wait_until_healthy()
        assert service.get("/api/v1/portfolio") == again
        assert service.pages("/api/v1/trades") == trades


def test_a_database_keeps_the_account_it_was_begun_with(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.wait_until_healthy()
        assert service.terminate() == 0
    ended = command("serve", folder=tmp_path, PAPER_BALANCE="500", PORT=str(free_port()))
    assert ended.returncode == 1
    assert ended.stderr.startswith("DATABASE_URL: it was begun with a paper account of 10000 USDT on the simulated")


def test_a_database_keeps_the_market_it_was_begun_with(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.wait_until_healthy()
        assert service.terminate() == 0
    ended = command("serve", folder=tmp_path, SIMULATED_SEED="99", PORT=str(free_port()))
    assert ended.returncode == 1
    assert "on the simulated market 99" in ended.stderr


def test_a_start_that_was_refused_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "BTCUSDT-5m.csv").write_text("no header\n")
    replay = {"EXCHANGE": "replay", "REPLAY_FILES": "BTCUSDT-5m.csv", "PAPER_BALANCE": "500"}
    assert command("serve", folder=tmp_path, PORT=str(free_port()), **replay).returncode == 1
    assert not (tmp_path / "bot.db").exists()


def test_symbols_that_the_market_does_not_offer_are_refused(tmp_path: Path) -> None:
    ended = command("serve", folder=tmp_path, SYMBOLS="FOO/BAR", PORT=str(free_port()))
    assert ended.returncode == 1
    assert ended.stderr.startswith("SYMBOLS: the market offers none of them; it offers BTC/USDT")


def test_a_host_that_is_none_is_named(tmp_path: Path) -> None:
    ended = command("serve", folder=tmp_path, HOST="nonsense.invalid", PORT=str(free_port()))
    assert ended.returncode == 1
    assert ended.stderr.startswith("HOST nonsense.invalid: ")


def test_a_halt_cancels_what_would_still_be_bought(tmp_path: Path) -> None:
    with Service(tmp_path, SIMULATED_SPEED="1x") as service:
        service.wait_until_healthy()
        service.wait_for(lambda: service.get("/api/v1/portfolio")["as_of"], 20, "nothing was traded on")
        limit = {"symbol": "BTC/USDT", "side": "buy", "type": "limit", "quantity": "0.001", "limit_price": "60000"}
        order = service.call("POST", "/api/v1/orders", limit, Idempotency_Key="resting")
        assert order["status"] == "accepted", order
        service.call("POST", "/api/v1/risk/halt", {"reason": "a test"})
        ended = service.get(f"/api/v1/orders/{order['id']}")["order"]
        assert (ended["status"], ended["reason"]) == ("cancelled", "trading was halted")


def test_a_malformed_replay_stops_with_file_line_and_reason_before_anything_is_stored(tmp_path: Path) -> None:
    file = tmp_path / "BTCUSDT-5m.csv"
    file.write_text(
        "open_time_ms,open,high,low,close,volume\n1743699900000,1,2,0.5,1.5,10\n1743700200000,1,2,3,1.5,10\n"
    )
    ended = command(
        "serve", folder=tmp_path, EXCHANGE="replay", REPLAY_FILES=str(file), PORT=str(free_port()), HOST="127.0.0.1"
    )
    assert ended.returncode == 1
    assert ended.stderr == f"{file}, line 3: low 3 is above high 2\n"
    file.write_text("\n".join(file.read_text().splitlines()[:2]) + "\n")
    replay = {"EXCHANGE": "replay", "REPLAY_FILES": str(file)}
    with Service(tmp_path, **replay) as service:
        service.wait_until_healthy()
        candles = "/api/v1/market/candles?symbol=BTC/USDT&timeframe=5m"
        service.wait_for(lambda: service.get(candles)["items"], 20, "the mended file was not replayed")
        assert len(service.get(candles)["items"]) == 1


def test_in_production_nothing_is_open_and_the_problem_says_what_to_configure(tmp_path: Path) -> None:
    with Service(tmp_path, ENVIRONMENT="production") as service:
        service.wait_until_healthy()
        assert service.status("/api/v1/portfolio") == 503
        assert service.status("/health/ready") == 200
        assert service.status("/metrics") == 503
        assert not list(tmp_path.glob("*.key"))
