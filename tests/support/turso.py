"""Short-lived connections to a libSQL server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.turso.replica import TursoReplica
from domain.errors import DomainError
from domain.sync.clock import Boot
from domain.sync.log import Bookmark


@asynccontextmanager
async def replica(url: str, token: str | None = None, deadline: float = 15.0) -> AsyncIterator[TursoReplica]:
    made = TursoReplica(url=url, token=token, production=False, deadline=deadline)
    try:
        yield made
    finally:
        await made.close()


async def refusal(url: str, token: str | None = None, deadline: float = 15.0) -> DomainError:
    """What a pull from there raises."""
    async with replica(url, token, deadline) as turso:
        with pytest.raises(DomainError) as error:
            await turso.pull(Boot("a" * 16), Bookmark(epoch="log"), 10)
    return error.value
