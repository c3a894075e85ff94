"""The life of the service: parts start in order and stop in the reverse order, also when a start fails."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from domain.errors import Conflict, Invalid
from entrypoints.container import Container, begin_copy, schema
from entrypoints.http.server import serving

log = logging.getLogger(__name__)

SETTLING = 1.0
"""Seconds after the start in which nothing else competes with the first requests."""


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
        # A market that cannot work, such as a malformed replay, is refused before anything is stored.
        await _check_market(container)
        await _migrate(container)
        database = container.database()
        await database.open()
        started.push_async_callback(database.close)
        await begin_copy(container)
        await _prepare(container)
        started.push_async_callback(container.sync().finish)
        await started.enter_async_context(_beside(container.health().run()))
        answering = await started.enter_async_context(serving(container.app(), sockets))
        supervisor = container.supervisor()
        loops = asyncio.create_task(supervisor.run(), name="supervisor")
        started.push_async_callback(_ended, loops)
        started.callback(supervisor.stop)
        started.callback(container.readiness().drain)
        started.enter_context(container.watchdog().watching())
        await started.enter_async_context(_beside(_settle(container)))
        yield answering


async def _check_market(container: Container) -> None:
    offered = {symbol.name for symbol in await container.exchange().symbols()}
    wanted = container.settings().symbols
    if wanted and not wanted & offered:
        raise Invalid(f"SYMBOLS: the market offers none of them; it offers {', '.join(sorted(offered))}")


async def _migrate(container: Container) -> None:
    for warning in container.release().warnings:
        log.warning(warning)
    if backup := await asyncio.to_thread(schema(container.settings()).upgrade):
        log.info("the database was migrated; as it was before, it lies in %s", backup)


async def _prepare(container: Container) -> None:
    try:
        await container.prepare_installation()()
    except Conflict as changed:
        raise Conflict(f"DATABASE_URL: {changed.detail}") from changed


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


async def _settle(container: Container) -> None:
    """Load what the first requests need; all that is alive then lives as long as the process.

    Collections, which pause everything, need not look at it, and not at all while it is being loaded.
    """
    await asyncio.sleep(SETTLING)
    if not container.settings().production:
        await asyncio.to_thread(import_module, "jwt")
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
