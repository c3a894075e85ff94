"""What every answer has: a request id, security headers, and a problem document when something is wrong."""

import asyncio
import json
import logging
import re

import pytest

from domain.identity.permission import Role
from entrypoints.http.endpoint import PUBLIC, Endpoint, EventStream
from entrypoints.http.inputs import Nothing
from entrypoints.http.services import Services
from support.http import whole

pytestmark = pytest.mark.anyio

PATHS = [
    "/",
    "/docs",
    "/health",
    "/health/live",
    "/health/ready",
    "/version",
    "/openapi.json",
    "/api/v1/portfolio",
    "/x",
]
GENERATED = re.compile("[0-9a-f]{32}")


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_has_a_request_id_of_its_own(api, path):
    async with api.client(None) as client:
        ids = {(await client.get(path)).headers["x-request-id"] for _ in range(3)}

    assert len(ids) == 3
    assert all(GENERATED.fullmatch(found) for found in ids)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("given", ["a", "A-b_c.9", "x" * 128])
async def test_a_sane_request_id_is_kept(api, path, given):
    async with api.client(None) as client:
        answer = await client.get(path, headers={"X-Request-ID": given})

    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a\tb", "é", "<script>", 'a"', "a,b"])
async def test_any_other_request_id_is_replaced(api, given):
    for path in ("/health", "/x"):
        _, headers, _ = await whole(api.app(), path, [("X-Request-ID", given)])
        assert GENERATED.fullmatch(headers["x-request-id"])


async def test_a_problem_names_the_request(client):
    answer = await client.get("/x", headers={"X-Request-ID": "mine"})

    assert answer.json() == {
        "type": "urn:crypto-bot:problem:not_found",
        "title": "Not found",
        "status": 404,
        "detail": "there is nothing at this address",
        "code": "not_found",
        "request_id": "mine",
    }


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/docs.js", "/version", "/api/v1/portfolio", "/x", "/assets/x"])
async def test_answers_tell_browsers_to_be_careful(client, path):
    headers = (await client.get(path)).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/health", "/version", "/api/v1/portfolio", "/api/v1/orders/x", "/x"])
async def test_answers_with_data_are_not_kept_by_anybody(client, path):
    assert (await client.get(path)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost:8080", "127.0.0.1:1", "[::1]", "[::1]:8080", "healthcheck.railway.app"],
)
async def test_this_machine_and_the_platform_are_answered(api, host):
    status, _, _ = await whole(api.app(), "/version", host=host)

    assert status == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "evil.example:8080",
        "localhost:x",
        "localhost.",
        "::1",
        "127.0.0.2",
    ],
)
@pytest.mark.parametrize("path", ["/", "/version", "/api/v1/portfolio"])
async def test_a_request_to_another_host_is_misdirected(api, host, path):
    status, _, problem = await whole(api.app(), path, host=host)

    assert (status, problem["code"]) == (421, "misdirected_request")


async def test_a_request_to_no_host_is_misdirected(api):
    status, _, problem = await whole(api.app(), "/version", host=None)

    assert (status, problem["code"]) == (421, "misdirected_request")


async def test_a_configured_host_is_answered(api):
    app = api.app(hosts=["Bot.Example"])

    assert (await whole(app, "/version", host="bot.example:443"))[0] == 200


async def test_health_is_told_to_any_host_because_probes_use_addresses(api):
    for path in ("/health", "/health/live", "/health/ready"):
        assert (await whole(api.app(), path, host="10.1.2.3"))[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/orders", "GET, HEAD, POST"),
        ("OPTIONS", "/api/v1/orders", "GET, HEAD, POST"),
        ("PATCH", "/api/v1/orders/1", "DELETE, GET, HEAD"),
        ("GET", "/api/v1/risk/halt", "POST"),
        ("HEAD", "/api/v1/system/events", "GET"),
        ("POST", "/health", "GET, HEAD"),
        ("BREW", "/version", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_there_is_told_which_are(client, method, path, allowed):
    answer = await client.request(method, path)

    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert sorted(answer.headers["allow"].split(", ")) == allowed.split(", ")
    assert method == "HEAD" or answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/v1", "/api/v1/", "/api/v2/orders", "/api/v1/orders/", "//api/v1/orders", "/API/v1/orders"),
        *("/health/", "/docs/", "/docs/../app.py", "/docs/%2e%2e/app.py", "/docs/vendor", "/assets/"),
        *("/assets/..%2f..%2fapp.py", "/\x00"),
    ],
)
async def test_an_address_that_is_not_there_is_a_problem_too(api, path):
    status, headers, problem = await whole(api.app(), path)

    assert (status, problem["code"]) == (404, "not_found")
    assert headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health", "/version", "/api/v1/portfolio", "/", "/docs"])
async def test_the_head_of_an_answer_is_that_answer_without_its_body(client, path):
    head, got = await client.head(path), await client.get(path)

    assert head.status_code == got.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length"):
        assert head.headers[name] == got.headers[name]


async def test_the_head_of_a_problem_has_no_body_either(client):
    answer = await client.head("/x")

    assert (answer.status_code, answer.content) == (404, b"")


async def test_what_nobody_expected_tells_nothing_and_is_logged(api, caplog):
    class Broken:
        async def __call__(self):
            raise RuntimeError("the secret is hunter2")

    async with api.client(get_portfolio=Broken()) as client:
        answer = await client.get("/api/v1/portfolio", headers={"X-Request-ID": "mine"})

    assert answer.status_code == 500
    assert answer.json() == {
        "type": "urn:crypto-bot:problem:internal_error",
        "title": "Internal error",
        "status": 500,
        "detail": "something went wrong; the log has the details under this request id",
        "code": "internal_error",
        "request_id": "mine",
    }
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.request_id == "mine"
    assert "hunter2" in caplog.text
    assert "Traceback" in caplog.text


async def test_an_answer_that_breaks_off_is_logged_and_not_completed(api, caplog):
    async def breaks(services: Services, _: object, query: Nothing) -> EventStream:
        async def frames():
            yield b"data: 1\n\n"
            raise RuntimeError("too late for a problem document")

        return EventStream(frames())

    sent = []

    async def send(message):
        sent.append(message["type"])

    async def receive():
        return await asyncio.Future()

    endpoint = Endpoint(method="GET", path="/breaks", access=PUBLIC, call=breaks, media_type="text/event-stream")
    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": "/breaks", "query_string": b"", "headers": headers}
    with pytest.raises(ExceptionGroup):
        await api.app(endpoints=[endpoint])(scope, receive, send)

    assert sent == ["http.response.start", "http.response.body"]
    assert "an answer broke off" in caplog.text


async def test_no_answer_shows_a_trace(api):
    """Every endpoint, with every use case broken."""

    class Broken:
        def __getattr__(self, name):
            raise RuntimeError("inside")

        async def __call__(self, *args, **kwargs):
            raise RuntimeError("inside")

    names = [
        name for name in vars(type(api.services)) if name.split("_")[0] in ("list", "get", "halt", "resume", "request")
    ]
    broken = {name: Broken() for name in names if not name.startswith("__")}
    async with api.client(Role.ADMIN, **broken) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
        for path in paths:
            answer = await client.get(path.replace("{symbol}", "BTC-USDT").replace("{id}", "x"))
            assert not re.search(r"Traceback|inside|\.py|RuntimeError", answer.text.replace(json.dumps(path), "")), path
