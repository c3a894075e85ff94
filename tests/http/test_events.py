"""The stream of snapshots; whatever waits does so in virtual time."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from domain.errors import Unavailable
from domain.identity.permission import Role
from entrypoints.http.streams import Streams
from support.build import a_fill
from support.http import asked, whole
from support.virtual_time import VIRTUAL_TIME, elapsed

pytestmark = pytest.mark.anyio

EVENTS = "/api/v1/system/events"


@pytest.fixture
def anyio_backend() -> Any:
    return VIRTUAL_TIME


def snapshot(chunk: bytes) -> Any:
    """What a `snapshot` event says."""
    lines = chunk.decode().removeprefix("retry: 2000\n\n").split("\n")
    assert lines[0] == "event: snapshot"
    assert lines[1].startswith("id: ")
    assert lines[3:] == ["", ""]
    return msgspec.json.decode(lines[2].removeprefix("data: "))


def follow(api, app, role=Role.VIEWER):
    return asked(app, EVENTS, api.bearer(role).items())


async def test_a_stream_begins_with_everything_the_dashboard_shows(api):
    await api.database.write(lambda stores: stores.fills.add(a_fill()))

    async with follow(api, api.app()) as stream:
        start = await stream.sent.get()
        first = await stream.chunk()
        stream.leave()

    headers = dict(start["headers"])
    assert (start["status"], headers[b"content-type"]) == (200, b"text/event-stream")
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-request-id"]
    assert first.startswith(b"retry: 2000\n\n")
    seen = snapshot(first)
    assert set(seen) == {"as_of", "mode", "source", "halt", "health", "portfolio", "positions", "trades"}
    assert (seen["as_of"], seen["mode"], seen["source"]) == ("2025-01-01T14:00:00.000Z", "paper", "simulated")
    assert (seen["portfolio"]["equity"], seen["halt"]["halted"]) == ("10019", False)
    assert ([p["symbol"] for p in seen["positions"]], len(seen["trades"])) == (["BTC/USDT"], 1)
    assert seen["health"]["status"] == "pass"


async def test_a_change_is_told(api):
    async with follow(api, api.app()) as stream:
        assert await stream.status() == 200
        assert snapshot(await stream.chunk())["trades"] == []
        await api.database.write(lambda stores: stores.fills.add(a_fill()))
        api.services.changes.happened()
        assert len(snapshot(await stream.chunk())["trades"]) == 1
        stream.leave()


async def test_many_changes_are_told_at_most_twice_a_second(api):
    async with follow(api, api.app()) as stream:
        await stream.status()
        times = []
        for _ in range(5):
            await stream.chunk()
            times.append(elapsed())
            for _ in range(100):
                api.services.changes.happened()
        stream.leave()

    assert [later - earlier for earlier, later in pairwise(times)] == [0.5] * 4


async def test_a_change_during_the_pause_is_not_lost(api):
    async with follow(api, api.app()) as stream:
        await stream.status()
        await stream.chunk()
        await asyncio.sleep(0.1)
        api.now += timedelta(minutes=1)
        api.services.changes.happened()
        assert snapshot(await stream.chunk())["as_of"] == "2025-01-01T14:01:00.000Z"
        assert elapsed() == 0.5
        stream.leave()


async def test_all_streams_share_their_snapshots(api):
    app = api.app()
    async with AsyncExitStack() as open_streams:
        streams = [await open_streams.enter_async_context(follow(api, app)) for _ in range(10)]
        for _ in range(3):
            api.services.changes.happened()
            chunks = set()
            for stream in streams:
                message = await stream.sent.get()
                message = await stream.sent.get() if message["type"] == "http.response.start" else message
                chunks.add(message["body"])
            assert len(chunks) == 1
        for stream in streams:
            stream.leave()


async def test_without_a_change_a_snapshot_still_comes_now_and_then(api):
    async with follow(api, api.app()) as stream:
        await stream.status()
        for number in range(3):
            snapshot(await stream.chunk())
            assert elapsed() == 5.0 * number
        stream.leave()


async def test_a_heartbeat_comes_while_no_snapshot_can_be_had(api):
    answering = asyncio.Event()
    answering.set()

    class Hanging:
        async def __call__(self):
            await answering.wait()
            return await api.services.get_portfolio()

    async with follow(api, api.app(get_portfolio=Hanging())) as stream:
        await stream.status()
        snapshot(await stream.chunk())
        answering.clear()
        assert await stream.chunk() == b": still here\n\n"
        assert elapsed() == 5 + 15
        answering.set()
        snapshot(await stream.chunk())
        stream.leave()


async def test_a_stream_ends_when_the_service_drains(api):
    async with follow(api, api.app()) as stream:
        await stream.status()
        await stream.chunk()
        api.services.readiness.drain()
        assert await stream.chunk() == b""


async def test_a_stream_ends_when_its_token_does(api):
    async with follow(api, api.app()) as stream:
        await stream.status()
        while await stream.chunk():
            pass

    assert elapsed() == 3600


async def test_a_stream_ends_when_nothing_can_be_read_any_more(api):
    async with follow(api, api.app()) as stream:
        await stream.status()
        await stream.chunk()
        await api.database.close()
        assert await stream.chunk() == b""


async def test_a_stream_that_cannot_begin_is_a_problem(api):
    await api.database.close()

    status, headers, problem = await whole(api.app(), EVENTS, api.bearer(Role.VIEWER).items())

    assert (status, headers["content-type"]) == (503, "application/problem+json")
    assert problem["code"] == "database_unavailable"


async def test_only_so_many_streams_are_open_at_once(api):
    app = api.app(streams=Streams(most=2))
    async with follow(api, app) as first, follow(api, app) as second:
        for stream in (first, second):
            assert await stream.status() == 200
            await stream.chunk()
        status, _, problem = await whole(app, EVENTS, api.bearer(Role.VIEWER).items())
        assert (status, problem["code"]) == (503, "too_many_streams")
        first.leave()
        second.leave()

    async with follow(api, app) as third:
        assert await third.status() == 200
        third.leave()


async def test_a_stream_that_was_refused_does_not_count(api):
    app = api.app(streams=Streams(most=1), get_portfolio=Refusing())
    for _ in range(3):
        assert (await whole(app, EVENTS, api.bearer(Role.VIEWER).items()))[2]["code"] == "unavailable"


class Refusing:
    async def __call__(self) -> None:
        raise Unavailable("not now")
