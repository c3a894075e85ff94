"""Orders and trades over HTTP."""

import pytest

from adapters.memory.broker import Outage
from domain.trading.order import OrderStatus
from support.build import a_fill, an_id, an_order
from support.http import a_claim

pytestmark = pytest.mark.anyio

ORDERS = "/api/v1/orders"
A_BUY = {"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "1.50"}


def key(name: str = "first") -> dict[str, str]:
    return {"Idempotency-Key": name}


async def test_an_order_is_placed_and_found_again(client):
    placed = await client.post(ORDERS, json=A_BUY, headers=key())

    assert placed.status_code == 201
    order = placed.json()
    assert {name: order[name] for name in ("symbol", "side", "type", "quantity", "mode", "status", "placed_by")} == {
        **A_BUY,
        "quantity": "1.5",
        "mode": "paper",
        "status": "accepted",
        "placed_by": "local:admin",
    }
    assert order["decision"] == {"approved": True, "decided_at": "2025-01-01T13:40:00.000Z", "violations": []}
    found = await client.get(placed.headers["location"])
    assert found.json() == {"source": "simulated", "order": order, "trades": []}


async def test_the_same_key_places_an_order_once(api, client):
    first, second = [await client.post(ORDERS, json=A_BUY, headers=key()) for _ in range(2)]

    assert first.json() == second.json()
    assert len(api.broker.received) == 1


async def test_a_key_stands_for_one_order_only(client):
    await client.post(ORDERS, json=A_BUY, headers=key())

    answer = await client.post(ORDERS, json=A_BUY | {"quantity": "2"}, headers=key())

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


async def test_an_order_that_risk_refuses_is_on_record_with_the_reasons(client):
    answer = await client.post(ORDERS, json=A_BUY | {"quantity": "50"}, headers=key())

    order = answer.json()
    assert (answer.status_code, order["status"], order["decision"]["approved"]) == (201, "rejected", False)
    assert {"rule": "max_position", "observed": "5950", "limit": "2500"} in order["decision"]["violations"]


async def test_an_order_whose_arrival_is_unknown_is_accepted_for_later(api, client):
    api.broker.outage = Outage.BEFORE

    answer = await client.post(ORDERS, json=A_BUY, headers=key())

    assert (answer.status_code, answer.json()["status"]) == (202, "new")
    assert answer.headers["location"] == f"{ORDERS}/{answer.json()['id']}"


async def test_an_order_that_the_broker_refuses_says_why(api, client):
    api.broker.rejection = "the market is closed"

    order = (await client.post(ORDERS, json=A_BUY, headers=key())).json()

    assert (order["status"], order["reason"]) == ("rejected", "the market is closed")


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"quantity": "0"}, 422, "quantity"),
        ({"quantity": "0.000001"}, 422, "quantity"),
        ({"quantity": "0.01"}, 422, "quantity"),
        ({"limit_price": "100"}, 422, "limit_price"),
        ({"type": "limit"}, 422, "limit_price"),
        ({"type": "stop", "stop_price": "-1"}, 422, "stop_price"),
        ({"expires_at": "2025-01-01T13:40:00Z"}, 422, "expires_at"),
        ({"symbol": "DOGE/USDT"}, 404, "symbol"),
    ],
)
async def test_an_order_that_breaks_a_rule_is_refused_and_leaves_nothing(client, change, status, field):
    answer = await client.post(ORDERS, json=A_BUY | change, headers=key())

    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await client.get(ORDERS)).json()["items"] == []


async def test_an_order_is_cancelled(client):
    order = (await client.post(ORDERS, json=A_BUY, headers=key())).json()

    cancelled = await client.delete(f"{ORDERS}/{order['id']}")

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    again = await client.delete(f"{ORDERS}/{order['id']}")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_order_transition")


async def test_an_order_that_is_not_there_is_not_found(client):
    for answer in (await client.get(f"{ORDERS}/{an_id(99)}"), await client.delete(f"{ORDERS}/{an_id(99)}")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_orders_are_listed_by_symbol_and_status_the_newest_first(api, client):
    def record(stores):
        stores.orders.add(an_order(id=an_id(1)))
        stores.orders.add(an_order(id=an_id(2), symbol="ETH/USDT"))
        stores.orders.add(an_order(id=an_id(3), status=OrderStatus.FILLED))

    await api.database.write(record)

    async def ids(query: str) -> list[str]:
        answer = (await client.get(f"{ORDERS}?{query}")).json()
        assert answer["mode"] == "paper"
        return [item["id"] for item in answer["items"]]

    assert await ids("limit=1000") == [an_id(3), an_id(2), an_id(1)]
    assert await ids("symbol=BTC-USDT") == [an_id(3), an_id(1)]
    assert await ids("status=filled") == [an_id(3)]
    assert await ids(f"cursor={an_id(2)}") == [an_id(1)]


async def test_trades_are_listed_by_symbol_the_newest_first(api, client):
    def record(stores):
        stores.fills.add(a_fill(id=an_id(1), order_id=an_id(10), fee="0.10"))
        stores.fills.add(a_fill(id=an_id(2), order_id=an_id(10), symbol="ETH/USDT", price="1E+1"))

    await api.database.write(record)

    page = (await client.get("/api/v1/trades?limit=1")).json()
    rest = (await client.get(f"/api/v1/trades?cursor={page['next_cursor']}")).json()

    assert [trade["price"] for trade in page["items"]] == ["10"]
    assert rest["items"] == [
        {
            "id": an_id(1),
            "order_id": an_id(10),
            "mode": "paper",
            "symbol": "BTC/USDT",
            "side": "buy",
            "price": "100",
            "quantity": "1",
            "fee": "0.1",
            "executed_at": "2025-01-01T12:00:00.000Z",
            "strategy": None,
        }
    ]
    assert [t["id"] for t in (await client.get("/api/v1/trades?symbol=BTC/USDT")).json()["items"]] == [an_id(1)]


async def test_a_node_that_watches_names_the_one_that_trades(api, client):
    placed = await client.post(ORDERS, json=A_BUY, headers=key("first"))
    api.right.tenure = api.right.tenure.learned(a_claim("cellar"), 0)

    refused = [
        await client.post(ORDERS, json=A_BUY, headers=key("second")),
        await client.delete(placed.headers["location"]),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "not_the_trader")] * 2
    assert "the node cellar trades" in refused[0].json()["detail"]
