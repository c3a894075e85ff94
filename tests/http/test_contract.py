"""The description is the truth: schemathesis tries whatever it says is valid, and what it says is not."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.identity.permission import Role
from entrypoints.http.api import description
from support.http import Api

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "database": "none"},
        # 422 is the answer to what no schema can say is wrong, such as a limit order without its limit.
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}},
    }
)
DESCRIBED = schemathesis.openapi.from_dict(msgspec.json.decode(description()), config=CONFIG)

STREAM = "/api/v1/system/events"
"""It has no end to wait for; `test_events.py` follows it."""


applications: list[ASGIApp] = []


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The one that the fixture made: operations are collected before there is any."""
    await applications[-1](scope, receive, send)


DESCRIBED.app = application


@pytest.fixture(scope="module")
def headers() -> Iterator[dict[str, str]]:
    """An administrator's, on an application of this module's own."""
    with TemporaryDirectory() as folder:
        api = Api(key_file=Path(folder, "key"))
        anyio.run(api.prepare)
        applications.append(api.app(hosts=["testserver"]))
        yield api.bearer(Role.ADMIN)


@DESCRIBED.exclude(path=STREAM).parametrize()
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_the_api_is_as_described(case, headers):
    case.call_and_validate(headers=headers)
