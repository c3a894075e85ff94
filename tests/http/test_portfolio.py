"""Positions, the portfolio and risk over HTTP."""

from decimal import Decimal

import pytest

from domain.shared.money import Money
from domain.trading.portfolio import EquityPoint
from support.build import BTC, ETH, START, a_fill, minutes

pytestmark = pytest.mark.anyio

KEY = {"Idempotency-Key": "close"}
LIMITS = {
    "max_position": "0.5",
    "max_exposure": "1",
    "max_daily_loss": "0.10",
    "max_drawdown": "0.3",
    "max_open_orders": 7,
}


@pytest.fixture
async def held(api):
    """Bought 2 BTC at 100 for a fee of 0.2; the price is 119 now."""
    await api.database.write(lambda stores: stores.fills.add(a_fill(quantity="2", fee="0.2")))


@pytest.mark.usefixtures("held")
async def test_the_portfolio_adds_up(client):
    portfolio = (await client.get("/api/v1/portfolio")).json()

    assert portfolio == {
        "mode": "paper",
        "source": "simulated",
        "as_of": "2025-01-01T13:40:00.000Z",
        "currency": "USDT",
        "starting_balance": "10000",
        "cash": "9799.8",
        "positions_value": "238",
        "equity": "10037.8",
        "realised_pnl": "0",
        "unrealised_pnl": "38",
        "fees": "0.2",
    }


@pytest.mark.usefixtures("held")
async def test_positions_are_valued_at_the_last_close(client):
    answer = (await client.get("/api/v1/positions")).json()

    assert (answer["mode"], answer["source"], answer["as_of"]) == ("paper", "simulated", "2025-01-01T13:40:00.000Z")
    assert answer["items"] == [
        {
            "symbol": "BTC/USDT",
            "quantity": "2",
            "average_cost": "100",
            "cost_basis": "200",
            "last_price": "119",
            "value": "238",
            "unrealised_pnl": "38",
            "realised_pnl": "0",
            "fees": "0.2",
        }
    ]


async def test_what_cannot_be_valued_is_null_and_the_rest_is_shown(api, client):
    await api.database.write(lambda stores: stores.fills.add(a_fill(symbol="NEW/USDT")))

    portfolio = (await client.get("/api/v1/portfolio")).json()
    positions = (await client.get("/api/v1/positions")).json()["items"]

    assert (portfolio["cash"], portfolio["equity"], portfolio["unrealised_pnl"]) == ("9900", None, None)
    assert (positions[0]["quantity"], positions[0]["value"]) == ("1", None)


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("written", ["BTC-USDT", "BTC/USDT", "BTC%2FUSDT"])
async def test_closing_a_position_sells_all_of_it(client, written):
    answer = await client.post(f"/api/v1/positions/{written}/close", headers=KEY)

    order = answer.json()
    assert (answer.status_code, order["mode"]) == (201, "paper")
    assert (order["symbol"], order["side"], order["type"], order["quantity"]) == ("BTC/USDT", "sell", "market", "2")


@pytest.mark.usefixtures("held")
async def test_closing_twice_with_the_same_key_sells_once(api, client):
    first, second = [await client.post("/api/v1/positions/BTC-USDT/close", headers=KEY) for _ in range(2)]

    assert first.json() == second.json()
    assert len(api.broker.received) == 1


async def test_there_is_nothing_to_close_where_nothing_is_held(client):
    answer = await client.post("/api/v1/positions/BTC-USDT/close", headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (404, "position_not_found")


async def test_pages_of_positions_follow_each_other(api, client):
    for symbol in (ETH, BTC):
        await api.database.write(lambda stores, symbol=symbol: stores.fills.add(a_fill(symbol=symbol)))

    first = (await client.get("/api/v1/positions?limit=1")).json()
    second = (await client.get("/api/v1/positions", params={"cursor": first["next_cursor"]})).json()

    assert [item["symbol"] for item in first["items"] + second["items"]] == [BTC, ETH]


async def test_the_history_is_paged_by_time(api, client):
    points = [
        EquityPoint(time=START + minutes(5 * n), equity=Money(Decimal(10_000 + n)), cash=Money(Decimal(10_000)))
        for n in range(3)
    ]
    await api.database.write(lambda stores: stores.equity.add(points))

    first = (await client.get("/api/v1/portfolio/history?from=2025-01-01T12:00:00Z&limit=2")).json()
    second = (await client.get("/api/v1/portfolio/history", params={"cursor": first["next_cursor"]})).json()
    newest = (await client.get("/api/v1/portfolio/history?limit=1")).json()

    assert [point["equity"] for point in first["items"] + second["items"]] == ["10000", "10001", "10002"]
    assert newest["items"] == [{"time": "2025-01-01T12:10:00.000Z", "equity": "10002", "cash": "10000"}]
    assert (newest["mode"], newest["source"]) == ("paper", "simulated")


async def test_risk_limits_are_changed_as_a_whole(client):
    changed = await client.put("/api/v1/risk/limits", json=LIMITS)

    assert changed.status_code == 200
    assert changed.json()["limits"] == LIMITS | {"max_daily_loss": "0.1"}
    assert (await client.get("/api/v1/risk/limits")).json() == changed.json()


@pytest.mark.parametrize("missing", LIMITS)
async def test_a_limit_that_is_left_out_is_not_a_default(client, missing):
    given = {name: value for name, value in LIMITS.items() if name != missing}

    answer = await client.put("/api/v1/risk/limits", json=given)

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": missing, "message": "is required"}]


async def test_trading_is_halted_and_resumed(client):
    halted = await client.post("/api/v1/risk/halt", json={"reason": "  it looks odd "})

    assert halted.json() == {
        "halted": True,
        "reason": "it looks odd",
        "changed_by": "local:admin",
        "changed_at": "2025-01-01T14:00:00.000Z",
    }
    assert (await client.get("/api/v1/risk/limits")).json()["halt"] == halted.json()
    resumed = await client.post("/api/v1/risk/resume")
    assert resumed.json()["halted"] is False
    assert (await client.get("/api/v1/risk/limits")).json()["halt"] == resumed.json()


async def test_while_trading_is_halted_a_buy_is_refused(client):
    await client.post("/api/v1/risk/halt", json={"reason": "storm"})

    buy = {"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "1"}
    order = (await client.post("/api/v1/orders", json=buy, headers=KEY)).json()

    assert order["status"] == "rejected"
    assert [violation["rule"] for violation in order["decision"]["violations"]] == ["trading_halted"]
