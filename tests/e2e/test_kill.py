"""Killed at any moment and started again, the service continues as if nothing had happened."""

import random
import sqlite3
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from support.process import Service

CANDLES = 10_000
FIRST = 1_735_689_600_000
MINUTE = 60_000


def write_replay(folder: Path) -> str:
    """Two markets that wander enough for every strategy to trade."""
    files = []
    for name, price, seed in (("BTCUSDT-1m.csv", 60_000.0, 1), ("ETHUSDT-1m.csv", 3_000.0, 2)):
        chance = random.Random(seed)
        lines = ["open_time_ms,open,high,low,close,volume"]
        close = price
        for number in range(CANDLES):
            opened = close
            close = opened * (1 + chance.gauss(0, 0.004))
            high, low = max(opened, close) * 1.001, min(opened, close) * 0.999
            prices = ",".join(f"{value:.2f}" for value in (opened, high, low, close))
            lines.append(f"{FIRST + number * MINUTE},{prices},{chance.uniform(50, 500):.3f}")
        (folder / name).write_text("\n".join(lines) + "\n")
        files.append(str(folder / name))
    return ",".join(files)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"EXCHANGE": "replay", "REPLAY_FILES": write_replay(tmp_path_factory.mktemp("replay"))}


def finished(service: Service) -> bool:
    return bool(service.get("/api/v1/portfolio")["as_of"] == "2025-01-07T22:40:00.000Z")


def outcome(service: Service) -> dict[str, Any]:
    """Everything that must not depend on interruptions; ids are minted anew and left out."""
    trades = [
        {key: value for key, value in trade.items() if key not in ("id", "order_id")}
        for trade in service.pages("/api/v1/trades")
    ]
    orders = [
        {key: order[key] for key in ("symbol", "side", "quantity", "filled_quantity", "status", "created_at", "reason")}
        for order in service.pages("/api/v1/orders")
    ]
    return {"portfolio": service.get("/api/v1/portfolio"), "trades": trades, "orders": orders}


@pytest.fixture(scope="module")
def uninterrupted(replay: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with Service(tmp_path_factory.mktemp("uninterrupted"), **replay) as service:
        service.wait_until_healthy()
        service.wait_for(lambda: finished(service), 60, "the replay did not end")
        return outcome(service)


def test_the_books_add_up_to_the_last_decimal(uninterrupted: dict[str, Any]) -> None:
    figures = {key: Decimal(value) for key, value in uninterrupted["portfolio"].items() if _is_amount(value)}
    assert len(uninterrupted["trades"]) > 50
    assert figures["cash"] + figures["positions_value"] == (
        figures["starting_balance"] + figures["realised_pnl"] + figures["unrealised_pnl"] - figures["fees"]
    )


def test_killed_again_and_again_it_ends_the_same(
    replay: dict[str, str], uninterrupted: dict[str, Any], tmp_path: Path
) -> None:
    chance = random.Random(7)
    service = Service(tmp_path, **replay)
    stages = set()
    for _ in range(12):
        with service:
            service.wait_until_healthy()
            time.sleep(chance.uniform(0, 0.3))
            service.kill()
        stages.add(traded(tmp_path / "bot.db"))
    assert len(stages) > 3, "the kills did not find it at work"
    with service:
        service.wait_until_healthy()
        service.wait_for(lambda: finished(service), 60, "the replay did not end")
        assert outcome(service) == uninterrupted
    assert service.errors() == ""


def traded(database: Path) -> str | None:
    """How far trading came."""
    if not database.exists():
        return None
    with closing(sqlite3.connect(database)) as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'traded_marks'").fetchone()
        return known and str(connection.execute("SELECT max(opened) FROM traded_marks").fetchone()[0])


def test_a_candle_is_recorded_once(replay: dict[str, str], tmp_path: Path) -> None:
    with Service(tmp_path, **replay) as service:
        service.wait_until_healthy()
        service.wait_for(lambda: finished(service), 60, "the replay did not end")
        query = "/api/v1/market/candles?symbol=BTC/USDT&timeframe=1m&from=2025-01-01T00:00:00Z&limit=1000"
        seen: list[str] = []
        page = service.get(query)
        while True:
            seen += [candle["open_time"] for candle in page["items"]]
            if page["next_cursor"] is None:
                break
            page = service.get(f"{query}&cursor={page['next_cursor']}")
        assert len(seen) == len(set(seen)) == CANDLES


def _is_amount(value: object) -> bool:
    return isinstance(value, str) and value.replace(".", "").replace("-", "").isdigit()
