"""Strategies and notifications over HTTP."""

import pytest

from domain.notifications.message import Message, Notification, Severity
from domain.shared.ids import NotificationId
from support.build import START, an_id

pytestmark = pytest.mark.anyio

SETTINGS = {"enabled": True, "parameters": {"fast": 5}, "symbols": ["BTC-USDT"], "allocation": "0.2"}


async def test_strategies_are_listed_with_all_that_is_set(client):
    answer = (await client.get("/api/v1/strategies")).json()

    assert answer["mode"] == "paper"
    assert [item["name"] for item in answer["items"]] == ["ema_crossover", "hold", "rsi_reversion"]
    assert answer["items"][0]["parameters"] == {"fast": 12, "slow": 26, "atr_period": 14, "atr_multiple": "3"}


async def test_pages_of_strategies_follow_each_other(client):
    answer = (await client.get("/api/v1/strategies?limit=1&cursor=ema_crossover")).json()

    assert ([item["name"] for item in answer["items"]], answer["next_cursor"]) == (["hold"], "hold")


async def test_a_strategy_is_changed(client):
    changed = await client.put("/api/v1/strategies/ema_crossover", json=SETTINGS)

    assert changed.status_code == 200
    assert changed.json() == {
        "name": "ema_crossover",
        "enabled": True,
        "parameters": {"fast": 5, "slow": 26, "atr_period": 14, "atr_multiple": "3"},
        "symbols": ["BTC/USDT"],
        "allocation": "0.2",
    }
    assert (await client.get("/api/v1/strategies?limit=1")).json()["items"] == [changed.json()]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"parameters": {"fast": 500}}, 422, "parameters.fast"),
        ({"parameters": {"fast": "5"}}, 422, "parameters.fast"),
        ({"parameters": {"atr_multiple": 3}}, 422, "parameters.atr_multiple"),
        ({"parameters": {"speed": 1}}, 422, "parameters.speed"),
        ({"parameters": {"fast": 1.5}}, 400, "parameters.fast"),
        ({"parameters": {"fast": True}}, 400, "parameters.fast"),
        ({"parameters": []}, 400, "parameters"),
        ({"symbols": ["BTC-USDT", "BTC/USDT"]}, 422, "symbols"),
        ({"symbols": ["BTC-USDT", "btc"]}, 400, "symbols[1]"),
        ({"symbols": "BTC-USDT"}, 400, "symbols"),
        ({"symbols": ["DOGE/USDT"]}, 404, "symbols"),
        ({"allocation": "0.0001"}, 422, "allocation"),
        ({"allocation": "1.1"}, 400, "allocation"),
        ({"enabled": "yes"}, 400, "enabled"),
        ({"name": "hold"}, 400, "name"),
    ],
)
async def test_settings_that_break_a_rule_are_refused_and_change_nothing(client, change, status, field):
    before = (await client.get("/api/v1/strategies")).json()

    answer = await client.put("/api/v1/strategies/ema_crossover", json=SETTINGS | change)

    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await client.get("/api/v1/strategies")).json() == before


async def test_a_strategy_that_is_not_there_is_not_found(client):
    answer = await client.put("/api/v1/strategies/luck", json=SETTINGS)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_test_notification_is_promised(api, client):
    answer = await client.post("/api/v1/notifications/test")

    waiting = await api.database.read(lambda stores: stores.outbox.waiting(10))
    assert (answer.status_code, answer.json()) == (202, {"id": waiting[0].id})


async def test_notifications_are_listed_the_latest_first(api, client):
    message = Message(kind="test", severity=Severity.INFO, title="Hello", body="by admin")

    def record(stores):
        for number in (1, 2):
            stores.notifications.add(
                Notification(id=NotificationId(an_id(number)), message=message, channel="console", sent_at=START)
            )

    await api.database.write(record)

    first = (await client.get("/api/v1/notifications?limit=1")).json()
    second = (await client.get(f"/api/v1/notifications?cursor={first['next_cursor']}")).json()

    assert first["items"] == [
        {
            "id": an_id(2),
            "kind": "test",
            "severity": "info",
            "title": "Hello",
            "body": "by admin",
            "channel": "console",
            "sent_at": "2025-01-01T12:00:00.000Z",
            "error": None,
        }
    ]
    assert ([item["id"] for item in second["items"]], second["next_cursor"]) == ([an_id(1)], None)
