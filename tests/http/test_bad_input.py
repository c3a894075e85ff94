"""Bad input: whatever is malformed, unknown, oversized or out of range gets a problem that names it."""

import pytest

from domain.identity.permission import Role
from entrypoints.http.documents import LARGEST
from support.http import whole

pytestmark = pytest.mark.anyio

CANDLES = "/api/v1/market/candles"
ORDERS = "/api/v1/orders"
A_BUY = {"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "1"}
JSON = ("Content-Type", "application/json")
DEEP = b"[" * 20_000 + b"]" * 20_000


@pytest.fixture
def post(api):
    """Sends a body as it is; with a key, a token and a type unless told otherwise."""

    async def send(body, headers=(JSON, ("Idempotency-Key", "1")), path=ORDERS, **scope):
        parts = [body] if isinstance(body, bytes) else body
        given = [*api.bearer(Role.ADMIN).items(), *headers]
        if not any(name == "Transfer-Encoding" for name, _ in given) and parts != [b""]:
            given.append(("Content-Length", str(sum(map(len, parts)))))
        status, _, answer = await whole(api.app(), path, given, parts, method="POST", **scope)
        return status, answer

    return send


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", ["symbol", "timeframe"]),
        ("symbol=&timeframe=", ["symbol", "timeframe"]),
        ("symbol=btc-usdt", ["symbol"]),
        ("symbol=BTC", ["symbol"]),
        ("symbol=BTC-USDT-PERP", ["symbol"]),
        ("symbol=BTC%00USDT", ["symbol"]),
        ("symbol=../../etc/passwd", ["symbol"]),
        ("symbol=BTC-USDT' OR 1=1--", ["symbol"]),
        ("symbol=ВТС-USDT", ["symbol"]),
        (f"symbol={'A' * 5000}-USDT", ["symbol"]),
        ("symbol=%FF", ["query", "symbol"]),
        ("%C3%28=1", ["query"]),
        ("timeframe=7m", ["timeframe"]),
        ("timeframe=5M", ["timeframe"]),
        ("timeframe=5m&timeframe=1h", ["timeframe"]),
        ("limit=0", ["limit"]),
        ("limit=-1", ["limit"]),
        ("limit=1001", ["limit"]),
        ("limit=1e2", ["limit"]),
        ("limit=1.0", ["limit"]),
        ("limit=+5", ["limit"]),
        ("limit=%2B5", ["limit"]),
        ("limit=%205", ["limit"]),
        ("limit=1_0", ["limit"]),
        ("limit=٣", ["limit"]),
        ("limit=NaN", ["limit"]),
        ("limit=", ["limit"]),
        (f"limit={'9' * 5000}", ["limit"]),
        ("from=yesterday", ["from"]),
        ("from=2025-01-01", ["from"]),
        ("from=2025-01-01T00:00:00", ["from"]),
        ("from=2025-01-01 00:00:00Z", ["from"]),
        ("from=20250101T000000Z", ["from"]),
        ("from=2025-W01-1T00:00:00Z", ["from"]),
        ("from=2025-01-01T00:00:00+00:00", ["from"]),
        ("from=2025-13-01T00:00:00Z", ["from"]),
        ("from=2025-02-30T00:00:00Z", ["from"]),
        ("from=2025-01-01T24:00:00Z", ["from"]),
        ("from=2025-01-01T00:00:60Z", ["from"]),
        ("from=0000-01-01T00:00:00Z", ["from"]),
        ("from=0001-01-01T00:00:00%2B14:00", ["from"]),
        ("to=9999-12-31T23:59:59-14:00", ["to"]),
        ("to=1735689600", ["to"]),
        ("cursor=5", ["cursor"]),
        ("foo=1", ["foo"]),
        ("foo", ["foo"]),
        ("Symbol=BTC-USDT", ["Symbol"]),
        ("symbol[]=BTC-USDT", ["symbol[]"]),
        ("&", [""]),
        (f"{'x' * 5000}=1", ["x" * 64]),
        ("limit=0&from=x&foo=1&limit=2", ["foo", "limit", "from", "limit"]),
    ],
)
async def test_a_query_is_told_everything_that_is_wrong_with_it(client, query, fields):
    given = {part.partition("=")[0] for part in query.split("&")}
    good = "".join(f"&{pair}" for pair in ("symbol=BTC-USDT", "timeframe=5m") if pair.partition("=")[0] not in given)

    answer = await client.get(f"{CANDLES}?{query}{good if query else ''}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_request"
    found = [error["field"] for error in answer.json()["errors"]]
    assert sorted(set(found) - ({""} if "" not in fields else set())) == sorted(set(fields))
    assert len(answer.text) < 6000


@pytest.mark.parametrize("query", [b"symbol=\xc3\xa9", b"symbol=BTC%2F\xc3\xa9", b"\xc3\xa9=1"])
async def test_a_query_that_was_not_encoded_is_no_query(api, query):
    headers = api.bearer(Role.ADMIN).items()

    status, _, problem = await whole(api.app(), CANDLES, headers, query_string=query)

    assert status == 400
    assert {"field": "query", "message": "must be percent-encoded UTF-8"} in problem["errors"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/market/tickers/",
        "/api/v1/market/tickers/BTC",
        "/api/v1/market/tickers/BTC-USDT/extra",
        "/api/v1/market/tickers/%00",
        "/api/v1/market/tickers/BTC-USDT?x=1",
        "/api/v1/market/order-book/BTC-USDT?depth=0",
        "/api/v1/market/order-book/BTC-USDT?depth=101",
        "/api/v1/market/symbols?cursor=x",
        "/api/v1/market/listings?cursor=x",
        "/api/v1/orders/1",
        "/api/v1/orders/01940000-0000-7000-8000-00000000000A",
        "/api/v1/orders?status=open",
        "/api/v1/orders?status=FILLED",
        "/api/v1/orders?cursor=x",
        "/api/v1/trades?cursor=x",
        "/api/v1/notifications?cursor=x",
        "/api/v1/positions?cursor=x",
        "/api/v1/portfolio?x=1",
        "/api/v1/portfolio/history?cursor=x",
        "/api/v1/risk/limits?x=1",
        "/api/v1/strategies?limit=x",
        "/api/v1/system/status?x=1",
        "/api/v1/system/events?x=1",
        "/health?x=1",
        "/health/live?x",
        "/version?x=1",
        "/metrics?x=1",
        "/openapi.json?x=1",
    ],
)
async def test_no_endpoint_takes_what_it_does_not_know(client, path):
    answer = await client.get(path)

    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 1


async def test_the_last_instant_there_is_has_no_page_after_it(client):
    answer = await client.get("/api/v1/portfolio/history?cursor=9999-12-31T23:59:59.999999Z")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"quantity": 1}, ["quantity"]),
        ({"quantity": 1.5}, ["quantity"]),
        ({"quantity": True}, ["quantity"]),
        ({"quantity": None}, ["quantity"]),
        ({"quantity": ["1"]}, ["quantity"]),
        ({"quantity": {"amount": "1"}}, ["quantity"]),
        ({"quantity": ""}, ["quantity"]),
        ({"quantity": "1e3"}, ["quantity"]),
        ({"quantity": "1E400"}, ["quantity"]),
        ({"quantity": "NaN"}, ["quantity"]),
        ({"quantity": "Infinity"}, ["quantity"]),
        ({"quantity": " 1"}, ["quantity"]),
        ({"quantity": "+1"}, ["quantity"]),
        ({"quantity": "1,5"}, ["quantity"]),
        ({"quantity": "1_000"}, ["quantity"]),
        ({"quantity": ".5"}, ["quantity"]),
        ({"quantity": "5."}, ["quantity"]),
        ({"quantity": "٣"}, ["quantity"]),
        ({"quantity": "0x10"}, ["quantity"]),
        ({"quantity": "1" * 19}, ["quantity"]),
        ({"quantity": "0." + "1" * 19}, ["quantity"]),
        ({"quantity": "9" * 5000}, ["quantity"]),
        ({"side": "BUY"}, ["side"]),
        ({"side": "hold"}, ["side"]),
        ({"side": 1}, ["side"]),
        ({"side": ["buy"]}, ["side"]),
        ({"type": "iceberg"}, ["type"]),
        ({"symbol": "btc/usdt"}, ["symbol"]),
        ({"symbol": 1}, ["symbol"]),
        ({"limit_price": 100}, ["limit_price"]),
        ({"expires_at": 1735689600}, ["expires_at"]),
        ({"expires_at": "tomorrow"}, ["expires_at"]),
        ({"id": "1"}, ["id"]),
        ({"mode": "live"}, ["mode"]),
        ({"decision": {"violations": []}}, ["decision"]),
        ({"__class__": "x"}, ["__class__"]),
        ({"quantity": 1, "side": "x", "colour": "red"}, ["side", "quantity", "colour"]),
    ],
)
async def test_a_document_is_told_everything_that_is_wrong_with_it(client, change, fields):
    answer = await client.post(ORDERS, json=A_BUY | change, headers={"Idempotency-Key": "1"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert (await client.get(ORDERS)).json()["items"] == []


@pytest.mark.parametrize("missing", A_BUY)
async def test_a_field_that_is_needed_is_required(client, missing):
    order = {name: value for name, value in A_BUY.items() if name != missing}

    answer = await client.post(ORDERS, json=order, headers={"Idempotency-Key": "1"})

    assert answer.json()["errors"] == [{"field": missing, "message": "is required"}]


@pytest.mark.parametrize("document", [b"null", b"1", b'"x"', b"[]", b"[{}]", b"true"])
async def test_a_document_is_an_object(post, document):
    status, problem = await post(document)

    assert status == 400
    assert problem["errors"] == [{"field": "body", "message": "must be an object"}]


@pytest.mark.parametrize(
    "document",
    [
        b"{",
        b"{}x",
        b"{} {}",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 01}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": 1, "a": 2}',
        b'{"side": "buy", "side": "sell"}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": "\x01"}',
        DEEP,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"symbol=BTC",
    ],
)
async def test_a_body_that_is_not_json_is_refused(post, document):
    status, problem = await post(document)

    assert (status, problem["code"]) == (400, "invalid_json")


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "é",
        "",
    ],
)
async def test_a_body_of_another_type_is_refused(post, media_type):
    status, problem = await post(b"{}", [("Content-Type", media_type), ("Idempotency-Key", "1")])

    assert (status, problem["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_the_type_may_have_parameters_and_any_case(post, media_type):
    status, problem = await post(b"{}", [("Content-Type", media_type), ("Idempotency-Key", "1")])

    assert (status, problem["code"]) == (400, "invalid_request")


async def test_a_missing_body_is_said_to_be_missing(post):
    status, problem = await post(b"")

    assert (status, problem["code"]) == (400, "missing_body")


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "ключ", "é", "a\tb", "a\x7f"])
async def test_an_idempotency_key_is_visible_ascii_of_some_length(post, key):
    order = b'{"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "1"}'
    status, problem = await post(order, [JSON, ("Idempotency-Key", key.encode().decode("latin-1"))])

    assert (status, [error["field"] for error in problem["errors"]]) == (400, ["Idempotency-Key"])


@pytest.mark.parametrize("key", ["x", "x" * 255, "!~"])
async def test_an_idempotency_key_may_be_anything_else(post, key):
    order = b'{"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "1"}'
    status, _ = await post(order, [JSON, ("Idempotency-Key", key)])

    assert status == 201


@pytest.mark.parametrize("name", ["Idempotency-Key", "Content-Type", "Content-Length", "Host", "Authorization"])
async def test_headers_that_decide_something_are_there_once(post, name):
    status, problem = await post(b"{}", [JSON, ("Idempotency-Key", "1"), (name, "1"), (name, "2")])

    assert (status, problem["code"]) == (400, "repeated_header")
    assert name in problem["detail"]


async def test_an_order_without_a_key_is_refused(client):
    answer = await client.post(ORDERS, json=A_BUY)

    assert answer.json()["errors"] == [{"field": "Idempotency-Key", "message": "is required"}]


@pytest.mark.parametrize("length", ["x", "-1", "+5", "1.0", "0x10", "1 1", "٣".encode().decode("latin-1")])
async def test_a_length_that_is_no_number_is_refused(api, length):
    headers = [*api.bearer(Role.ADMIN).items(), JSON, ("Content-Length", length)]
    status, described, problem = await whole(api.app(), ORDERS, headers, [b"{}"], method="POST")

    assert (status, problem["code"], described["connection"]) == (400, "malformed_header", "close")


@pytest.mark.parametrize("length", [LARGEST + 1, 10**30])
async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(api, length):
    headers = [*api.bearer(Role.ADMIN).items(), JSON, ("Content-Length", str(length))]
    status, described, problem = await whole(api.app(), ORDERS, headers, [], method="POST")

    assert (status, problem["code"], described["connection"]) == (413, "body_too_large", "close")


async def test_a_body_that_turns_out_too_large_is_refused_as_soon_as_it_is(post):
    chunk = b"x" * (LARGEST // 2)
    headers = [JSON, ("Idempotency-Key", "1"), ("Transfer-Encoding", "chunked")]

    status, problem = await post([chunk, chunk, b"x", chunk, chunk], headers)

    assert (status, problem["code"]) == (413, "body_too_large")


async def test_a_body_of_the_largest_size_is_read(post):
    status, problem = await post([b"x" * (LARGEST - 1), b"x"])

    assert (status, problem["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("path", ["/api/v1/risk/resume", "/api/v1/notifications/test", "/api/v1/positions/A-B/close"])
async def test_what_takes_no_body_refuses_one(post, path):
    status, problem = await post(b"{}", path=path)

    assert (status, problem["code"]) == (400, "unexpected_body")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, None, 5, ["x"]])
async def test_a_halt_needs_a_reason_of_some_length(client, reason):
    answer = await client.post("/api/v1/risk/halt", json={"reason": reason})

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, ["reason"])
    assert (await client.get("/api/v1/risk/limits")).json()["halt"]["halted"] is False


@pytest.mark.parametrize("share", ["0", "-0.1", "1.01", "5%", 0.5, None])
async def test_a_limit_is_a_share_of_equity(client, share):
    limits = dict.fromkeys(("max_position", "max_exposure", "max_daily_loss", "max_drawdown"), "0.5")

    answer = await client.put("/api/v1/risk/limits", json=limits | {"max_drawdown": share, "max_open_orders": 5})

    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, ["max_drawdown"])


@pytest.mark.parametrize(
    ("count", "status"), [(0, 422), (1001, 422), (-(10**30), 422), ("5", 400), (True, 400), (1.0, 400)]
)
async def test_a_number_of_orders_is_a_whole_number_in_its_range(client, count, status):
    limits = dict.fromkeys(("max_position", "max_exposure", "max_daily_loss", "max_drawdown"), "0.5")

    answer = await client.put("/api/v1/risk/limits", json=limits | {"max_open_orders": count})

    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (status, ["max_open_orders"])


async def test_a_client_that_leaves_while_it_speaks_gets_no_answer(api):
    sent = []

    async def leaves():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    headers = [("host", "localhost"), *api.bearer(Role.ADMIN).items(), JSON, ("content-length", "9")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": ORDERS,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    await api.app()(scope, leaves, send)

    assert sent == []
