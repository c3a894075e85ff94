"""Health: honest, in milliseconds, and whatever else is stuck."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from attrs import fields

from domain.identity.permission import Role
from domain.ops.health import Status
from entrypoints.http.services import Readiness, Services
from support.http import a_check, whole

pytestmark = pytest.mark.anyio


@pytest.fixture
def ask(api):
    """Asks one and the same application."""
    app = api.app()

    async def get(path="/health", **scope):
        return await whole(app, path, **scope)

    return get


async def test_health_tells_what_runs_since_when_and_how_each_component_is(api, ask):
    api.checks = (
        a_check(component="database", observed_value=1.5, observed_unit="ms"),
        a_check(component="disk", status=Status.WARN, observed_value=91.0, observed_unit="%", output="nearly full"),
    )

    status, headers, health = await ask()

    assert (status, headers["content-type"]) == (200, "application/health+json")
    assert health == {
        "status": "warn",
        "version": "1.2.3",
        "release_id": "abcdef",
        "uptime_seconds": 7200,
        "checks": {
            "database": {
                "status": "pass",
                "observed_value": 1.5,
                "observed_unit": "ms",
                "time": "2025-01-01T12:00:00.000Z",
            },
            "disk": {
                "status": "warn",
                "observed_value": 91.0,
                "observed_unit": "%",
                "time": "2025-01-01T12:00:00.000Z",
                "output": "nearly full",
            },
        },
    }


@pytest.mark.parametrize(
    ("worst", "status", "live", "ready"),
    [(Status.PASS, 200, 200, 200), (Status.WARN, 200, 200, 200), (Status.FAIL, 503, 200, 503)],
)
async def test_only_a_failure_makes_the_service_fail(api, ask, worst, status, live, ready):
    api.checks = (a_check(), a_check(component="feed", status=worst))

    found = [(await ask(path))[0] for path in ("/health", "/health/live", "/health/ready")]

    assert found == [status, live, ready]
    assert (await ask())[2]["status"] == worst


async def test_a_change_shows_at_once(api, ask):
    await ask()
    api.checks = (a_check(status=Status.FAIL, output="cannot be written"),)
    assert (await ask())[0] == 503
    api.checks = (a_check(),)
    assert (await ask())[0] == 200


async def test_the_uptime_goes_on(api, ask):
    await ask()
    api.now += timedelta(seconds=1)

    assert (await ask())[2]["uptime_seconds"] == 7201


async def test_what_has_not_changed_is_not_rendered_again(api, ask, monkeypatch):
    first = (await ask())[2]
    monkeypatch.setattr(msgspec.json, "encode", None)

    assert (await ask())[2] == first


async def test_a_draining_service_is_not_ready_and_well(api):
    readiness = Readiness()
    app = api.app(readiness=readiness)
    assert (await whole(app, "/health/ready"))[0] == 200

    readiness.drain()

    status, _, probe = await whole(app, "/health/ready")
    assert (status, probe) == (503, {"status": "fail", "output": "draining"})
    assert (await whole(app, "/health"))[0] == (await whole(app, "/health/live"))[0] == 200


async def test_health_answers_while_everything_hangs(api):
    """Within Railway's five seconds, with every dependency stuck and a hundred requests waiting for them."""
    forever = asyncio.Event()

    class Hangs:
        async def __call__(self, *args, **kwargs):
            await forever.wait()

        verify = __call__

    kept = {"now", "source", "mode", "release", "started_at", "configuration", "health", "jobs", "readiness"}
    hanging = {
        field.name: Hangs() for field in fields(Services) if field.name not in kept | {"changes", "streams", "metrics"}
    }
    app = api.app(**hanging)
    waiting = [
        asyncio.create_task(app(_get(path, api), asyncio.Event().wait, asyncio.Queue().put))
        for path in ("/api/v1/portfolio", "/api/v1/orders", "/api/v1/system/events", "/api/v1/market/tickers")
        for _ in range(25)
    ]

    async with asyncio.timeout(5):
        for path in ("/health", "/health/live", "/health/ready"):
            assert (await whole(app, path))[0] == 200
        assert not any(task.done() for task in waiting)

    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)


def _get(path, api):
    headers = [(b"host", b"localhost"), (b"authorization", api.bearer(Role.ADMIN)["Authorization"].encode())]
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}


async def test_the_head_of_a_probe_takes_the_way_of_every_request_and_tells_the_same(api):
    api.checks = (a_check(status=Status.FAIL),)
    readiness = Readiness()
    readiness.drain()
    app = api.app(readiness=readiness)
    for path in ("/health", "/health/live", "/health/ready"):
        fast, got, _ = await whole(app, path)
        head, headers, content = await whole(app, path, method="HEAD")
        assert (head, content) == (fast, b"")
        assert (headers["content-type"], headers["content-length"]) == (got["content-type"], got["content-length"])


async def test_the_version_is_told(ask):
    status, _, version = await ask("/version")

    assert status == 200
    assert version == {
        "name": "crypto-bot",
        "version": "1.2.3",
        "release_id": "abcdef",
        "sqlite_version": "3.51.3",
        "warnings": ["a warning"],
    }
