"""Three months of two real markets, replayed as fast as can be: everything is stored and every decimal adds up."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from support.process import Service

MARKET = Path(__file__).parents[3] / "shared" / "market"
FILES = [MARKET / "BTCUSDT-5m.csv.gz", MARKET / "ETHUSDT-5m.csv.gz"]
CANDLES = 25_920
END = "2025-07-02T17:05:00.000Z"


@pytest.fixture(scope="module")
def replay() -> dict[str, str]:
    if not all(file.exists() for file in FILES):
        pytest.skip("the recorded markets do not lie beside the project")
    return {"EXCHANGE": "replay", "REPLAY_FILES": ",".join(map(str, FILES)), "REPLAY_SPEED": "max"}


def replayed(folder: Path, replay: dict[str, str]) -> tuple[dict[str, Any], list[Any], dict[str, int]]:
    """The portfolio, the trades without their ids, and how many candles of each symbol are on record."""
    with Service(folder, **replay) as service:
        service.wait_until_healthy()
        service.wait_for(lambda: service.get("/api/v1/portfolio")["as_of"] == END, 90, "the replay did not end")
        trades = [
            {key: value for key, value in trade.items() if key not in ("id", "order_id")}
            for trade in service.pages("/api/v1/trades")
        ]
        return service.get("/api/v1/portfolio"), trades, {symbol: stored(service, symbol) for symbol in ("BTC", "ETH")}


def stored(service: Service, base: str) -> int:
    query = f"/api/v1/market/candles?symbol={base}/USDT&timeframe=5m&from=2025-01-01T00:00:00Z&limit=1000"
    page = service.get(query)
    count = len(page["items"])
    while page["next_cursor"]:
        page = service.get(f"{query}&cursor={page['next_cursor']}")
        count += len(page["items"])
    return count


def test_it_ends_the_same_every_time_and_adds_up(tmp_path: Path, replay: dict[str, str]) -> None:
    runs = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        runs.append(replayed(tmp_path / name, replay))
    assert runs[0] == runs[1]
    portfolio, trades, candles = runs[0]
    assert candles == {"BTC": CANDLES, "ETH": CANDLES}
    assert len(trades) > 1_000
    names = ("cash", "positions_value", "starting_balance", "realised_pnl", "unrealised_pnl", "fees")
    cash, held, start, realised, unrealised, fees = (Decimal(portfolio[name]) for name in names)
    assert cash + held == start + realised + unrealised - fees
