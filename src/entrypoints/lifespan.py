"""The life of the service: parts start in order and stop in the reverse order, also when a start fails."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from domain.errors import Conflict
from entrypoints.container import Container, schema
from entrypoints.http.server import serving


@asynccontextmanager
async def running(container: Container, sockets: Sequence[socket.socket]) -> AsyncIterator[asyncio.Task[None]]:
    """The whole service; yields the task that answers requests, which ends early only when it broke.

    On the way out /health/ready turns 503 at once, every loop finishes its step, open requests complete,
    and the database is closed when nothing can write to it any more.

    Raises:
        DomainError: a part cannot start, with what to do about it.
    """
    async with AsyncExitStack() as started:
        for listening in sockets:
            started.callback(listening.close)
        await asyncio.to_thread(schema(container.settings()).upgrade)
        database = container.database()
        await database.open()
        started.push_async_callback(database.close)
        await _prepare(container)
        # A market that cannot work, such as a malformed replay, is refused before anything is stored.
        await container.watch_symbols()()
        await started.enter_async_context(_beside(container.health().run()))
        answering = await started.enter_async_context(serving(container.app(), sockets))
        supervisor = container.supervisor()
        loops = asyncio.create_task(supervisor.run(), name="supervisor")
        started.push_async_callback(_ended, loops)
        started.callback(supervisor.stop)
        started.callback(container.readiness().drain)
        started.enter_context(container.watchdog().watching())
        _settle_memory()
        yield answering


async def _prepare(container: Container) -> None:
    try:
        await container.prepare_installation()()
    except Conflict as changed:
        raise Conflict(f"PAPER_BALANCE, PAPER_CURRENCY: {changed.detail} (DATABASE_URL)") from changed


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `work` until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _ended(task: asyncio.Task[None]) -> None:
    await task


def _settle_memory() -> None:
    """What is alive now lives as long as the process: collections, which pause everything, need not look at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
