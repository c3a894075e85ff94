"""The service over HTTP: status, configuration, metrics and the description of the API."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from entrypoints.http.api import description

pytestmark = pytest.mark.anyio


async def test_the_status_tells_what_the_service_does(client):
    await client.post("/api/v1/risk/halt", json={"reason": "storm"})

    status = (await client.get("/api/v1/system/status")).json()

    assert (status["as_of"], status["mode"], status["source"]) == ("2025-01-01T14:00:00.000Z", "paper", "simulated")
    assert (status["halt"]["halted"], status["halt"]["reason"]) == (True, "storm")
    assert status["health"] == (await client.get("/health")).json()
    assert status["jobs"] == [
        {
            "name": "feed",
            "phase": "running",
            "last_success": "2025-01-01T12:00:00.000Z",
            "restarts": 0,
            "last_error": None,
        }
    ]


async def test_the_configuration_is_shown_as_it_was_given_to_show(client):
    assert (await client.get("/config")).json() == {"PORT": 8080, "CLERK_SECRET_KEY": "***"}


async def test_metrics_count_answers_by_route_and_not_by_address(client):
    for symbol in ("BTC-USDT", "ETH-USDT", "DOGE-USDT"):
        await client.get(f"/api/v1/market/tickers/{symbol}")
    for path in ("/x", "/y", "/health"):
        await client.get(path)
    await client.request("BREW", "/version")

    answer = await client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = {family.name: family.samples for family in text_string_to_metric_families(answer.text)}
    counted = {
        (sample.labels["route"], sample.labels["method"], sample.labels["status"]): sample.value
        for sample in families["http_requests"]
    }
    assert counted == {
        ("/api/v1/market/tickers/{symbol:path}", "GET", "200"): 2,
        ("/api/v1/market/tickers/{symbol:path}", "GET", "404"): 1,
        ("none", "GET", "404"): 2,
        ("/version", "other", "405"): 1,
    }
    timed = [sample.value for sample in families["http_request_duration_seconds"] if sample.name.endswith("_count")]
    assert sum(timed) == 6
    assert families["process_resident_memory_bytes"][0].value > 0


async def test_the_description_is_served(client):
    answer = await client.get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.content == description()


async def test_the_documentation_needs_nothing_from_outside(client):
    page = await client.get("/docs")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    addresses = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert address.startswith("/"), address
        assert (await client.get(address)).status_code == 200, address
    assert re.search(r"<style|<script>|style=| on\w+=", page.text) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("docs.js", "no-cache"),
        ("swagger-ui-5.35.0.css", "public, max-age=31536000, immutable"),
        ("swagger-ui-5.35.0.LICENSE.txt", "public, max-age=31536000, immutable"),
    ],
)
async def test_files_may_be_kept_as_long_as_their_name_says_their_version(client, name, kept):
    answer = await client.get(f"/docs/{name}")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, kept)
