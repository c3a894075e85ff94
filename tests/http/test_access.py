"""Who may call what: every endpoint, every role, and every way to present a token."""

import re
from collections.abc import Mapping

import pytest

from adapters.system.local_identity import UnconfiguredIdentity
from domain.errors import Unavailable
from domain.identity.permission import GRANTS, Permission, Role
from entrypoints.http.api import ENDPOINTS
from entrypoints.http.endpoint import PUBLIC
from support.build import an_id
from support.http import whole

pytestmark = pytest.mark.anyio

PROTECTED = [endpoint for endpoint in ENDPOINTS if endpoint.access is not PUBLIC]
EXAMPLES = {"symbol:path": "BTC-USDT", "id": an_id(99), "name": "hold"}
PORTFOLIO = "/api/v1/portfolio"


def address(path: str) -> str:
    return re.sub(r"{([^}]+)}", lambda name: EXAMPLES[name[1]], path)


def named(endpoint):
    return f"{endpoint.method} {endpoint.path}"


def check_problem(answer, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("endpoint", PROTECTED, ids=named)
async def test_a_role_may_do_what_it_was_granted_and_nothing_else(api, endpoint, role):
    headers = api.bearer(role) | {"Content-Length": "nonsense"}
    status, _, problem = await whole(api.app(), address(endpoint.path), headers.items(), method=endpoint.method)

    # A permitted request comes as far as its malformed length; no use case is called.
    expected = (400, "malformed_header") if endpoint.access in GRANTS[role] else (403, "forbidden")
    assert (status, problem["code"]) == expected


@pytest.mark.parametrize("endpoint", PROTECTED, ids=named)
async def test_nobody_may_do_anything_without_a_token(api, endpoint):
    async with api.client(None) as client:
        answer = await client.request(endpoint.method, address(endpoint.path))

    check_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="crypto-bot"'


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("endpoint", PROTECTED, ids=named)
async def test_nothing_is_open_while_identity_is_not_configured(api, endpoint, role):
    async with api.client(role, tokens=UnconfiguredIdentity()) as client:
        answer = await client.request(endpoint.method, address(endpoint.path))

    check_problem(answer, 503, "identity_not_configured")
    assert "CLERK_ISSUER" in answer.json()["detail"]


async def test_what_is_public_is_public_without_a_token(api):
    public = {endpoint.path for endpoint in ENDPOINTS if endpoint.access is PUBLIC}

    assert public == {"/health", "/health/live", "/health/ready", "/version", "/openapi.json"}
    async with api.client(None) as client:
        for path in (*public, "/", "/docs"):
            assert (await client.get(path)).status_code == 200, path


async def test_the_administrator_may_do_everything(api):
    assert GRANTS[Role.ADMIN] == {endpoint.access for endpoint in PROTECTED} | {Permission.MANAGE_SYSTEM}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "{token}"},
        {"Authorization": "Basic {token}"},
        {"Authorization": "Token {token}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer{token}"},
        {"Authorization": "Bearer {token} {token}"},
        {"Authorization": "Bearer {token},Bearer {token}"},
        {"Authorization": "Bearer é"},
        {"Proxy-Authorization": "Bearer {token}"},
        {"X-Authorization": "Bearer {token}"},
        {"Cookie": "__session={token}; __session_evil={token}"},
    ],
)
async def test_a_token_counts_only_as_a_bearer(api, headers: Mapping[str, str]):
    token = api.identity.issue(Role.ADMIN)
    given = [(name, value.replace("{token}", token)) for name, value in headers.items()]

    status, _, problem = await whole(api.app(), PORTFOLIO, given)

    assert (status, problem["code"]) == (401, "unauthenticated")
    assert problem["detail"] == "a valid bearer token is required"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_is_written_in_any_case(api, scheme):
    status, _, _ = await whole(api.app(), PORTFOLIO, [("Authorization", f"{scheme} {api.identity.issue(Role.VIEWER)}")])

    assert status == 200


@pytest.mark.parametrize("name", ["token", "access_token", "authorization", "__session"])
async def test_a_token_in_the_address_is_ignored(api, name):
    async with api.client(None) as client:
        answer = await client.get(PORTFOLIO, params={name: api.identity.issue(Role.ADMIN)})

    check_problem(answer, 401, "unauthenticated")


async def test_two_tokens_are_refused_even_when_both_are_good(api):
    bearer = ("Authorization", api.bearer(Role.ADMIN)["Authorization"])

    status, _, problem = await whole(api.app(), PORTFOLIO, [bearer, bearer])

    assert (status, problem["code"]) == (400, "repeated_header")


async def test_a_refusal_does_not_tell_which_role_would_do(api):
    async with api.client(Role.VIEWER) as client:
        answer = await client.get("/config")

    check_problem(answer, 403, "forbidden")
    assert answer.json()["detail"] == "this token's role does not allow it"


async def test_a_role_in_the_body_is_an_unknown_field(api):
    order = {"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "1", "role": "admin"}
    async with api.client(Role.TRADER) as client:
        answer = await client.post("/api/v1/orders", json=order, headers={"Idempotency-Key": "1"})

    check_problem(answer, 400, "invalid_request")
    assert answer.json()["errors"] == [{"field": "role", "message": "is not a known field"}]


async def test_an_identity_that_is_down_is_no_reason_to_let_anybody_in(api):
    class Down:
        async def verify(self, token: str) -> None:
            raise Unavailable("the keys cannot be fetched")

    async with api.client(Role.ADMIN, tokens=Down()) as client:
        check_problem(await client.get(PORTFOLIO), 503, "unavailable")


async def test_a_websocket_is_turned_away(api):
    sent = []

    async def send(message):
        sent.append(message)

    await api.app()({"type": "websocket", "path": "/ws", "headers": []}, None, send)

    assert sent == [{"type": "websocket.close", "code": 1000}]
