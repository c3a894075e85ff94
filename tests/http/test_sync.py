"""Synchronization over HTTP: how it goes, what was overwritten, and a round on demand."""

import pytest
from attrs import evolve
from prometheus_client.parser import text_string_to_metric_families

from application.ports.health import SyncReport
from domain.identity.permission import Role
from domain.sync.change import Key
from domain.sync.clock import Boot, stamp_of
from domain.sync.conflict import Conflict
from domain.sync.policy import Rule, Version
from support.build import START

pytestmark = pytest.mark.anyio

LOST = Conflict(
    table="risk_limits",
    key=Key('["account"]'),
    column="max_position",
    winner=Version(stamp_of(1735732800000, 0, Boot("a" * 16)), "0.5"),
    loser=Version(stamp_of(1735732801000, 2, Boot("b" * 16)), None),
    rule=Rule.SAFEST,
)


async def test_a_bot_of_its_own_says_so_and_has_nothing_to_run(client):
    answer = (await client.get("/api/v1/system/sync")).json()
    refusal = await client.post("/api/v1/system/sync/run")

    assert (answer["state"], answer["waiting"], answer["last_success"]) == ("off", 0, None)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "sync_off")


async def test_the_report_is_shown_as_it_is(api):
    report = SyncReport(
        state="remote_token_expired",
        detail="TURSO_AUTH_TOKEN has expired; create a new one",
        last_success=START,
        node="a" * 16,
        log="log",
        read=3,
        head=5,
        waiting=2,
        conflicts=1,
    )
    async with api.client(sync=lambda: report) as client:
        answer = (await client.get("/api/v1/system/sync")).json()
        metrics = (await client.get("/metrics")).text

    assert answer == {
        "state": "remote_token_expired",
        "detail": "TURSO_AUTH_TOKEN has expired; create a new one",
        "last_attempt": None,
        "last_success": "2025-01-01T12:00:00.000Z",
        "node": "a" * 16,
        "log": "log",
        "read": 3,
        "head": 5,
        "waiting": 2,
        "conflicts": 1,
        "told": 0,
        "taken": 0,
    }
    families = {family.name: family.samples[0].value for family in text_string_to_metric_families(metrics)}
    assert (families["sync_well"], families["sync_waiting_rows"], families["sync_conflicts"]) == (0, 2, 1)
    assert families["sync_last_success_timestamp_seconds"] == START.timestamp()


async def test_conflicts_are_listed_page_by_page_the_latest_first(client, api):
    earlier = evolve(LOST, column="max_exposure", loser=Version(LOST.winner.stamp, "0.7"))
    await api.database.write(lambda stores: stores.conflicts.add([earlier, LOST]))

    first = (await client.get("/api/v1/system/sync/conflicts?limit=1")).json()
    second = (await client.get(f"/api/v1/system/sync/conflicts?limit=1&cursor={first['next_cursor']}")).json()

    assert first["items"] == [
        {
            "id": LOST.id,
            "found_at": "2025-01-01T12:00:01.000Z",
            "table": "risk_limits",
            "key": '["account"]',
            "column": "max_position",
            "winner": {"stamp": LOST.winner.stamp, "value": "0.5"},
            "loser": {"stamp": LOST.loser.stamp, "value": None},
            "rule": "safest",
            "for_people": False,
        }
    ]
    assert [item["column"] for item in second["items"]] == ["max_exposure"]
    assert second["next_cursor"] is None


async def test_only_who_manages_the_system_may_run_it(api):
    async with api.client(Role.VIEWER) as viewer:
        assert (await viewer.get("/api/v1/system/sync")).status_code == 200
        assert (await viewer.post("/api/v1/system/sync/run")).status_code == 403


async def test_the_others_are_told_soon_of_what_a_caller_changed(api):
    told = []
    async with api.client(wrote=lambda: told.append("soon")) as client:
        await client.get("/api/v1/risk/limits")
        assert told == []
        await client.post("/api/v1/risk/halt", json={})
        assert told == []
        await client.post("/api/v1/risk/halt", json={"reason": "storm"})
        assert told == ["soon"]
