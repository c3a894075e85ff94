"""The application on memory adapters, and a client that may do everything."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from support.http import Api


@pytest.fixture
async def api(tmp_path: Path) -> Api:
    return await Api(key_file=tmp_path / "key").prepare()


@pytest.fixture
async def client(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    async with api.client() as client:
        yield client
