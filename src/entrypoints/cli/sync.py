"""Synchronization from the command line; the service may run meanwhile."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.ports.health import SyncReport
from application.sync.examine_copy import CopyStatus
from domain.errors import Conflict
from entrypoints.container import Container, begin_copy, schema
from entrypoints.jobs.sync import NoSync, SyncLoop
from entrypoints.settings import Settings

PORTION = 2.0
"""Seconds between two lines of progress."""


def synchronize(settings: Settings, *, anew: bool) -> SyncReport:
    """Keep the copies in step; progress is told on stderr. Raises what ends the round."""
    return asyncio.run(_synchronized(settings, anew))


def status(settings: Settings) -> CopyStatus:
    """How far the copy is."""
    return asyncio.run(_examined(settings))


async def _synchronized(settings: Settings, anew: bool) -> SyncReport:
    async with _loop(settings) as sync:
        if anew:
            await sync.rejoin()
        report = await sync.run(PORTION)
        while report.state == "syncing":
            print(f"{report.told} told, {report.taken} taken in, the log has {report.head}", file=sys.stderr)
            report = await sync.run(PORTION)
        return report


async def _examined(settings: Settings) -> CopyStatus:
    async with _loop(settings) as sync:
        return await sync.examine()


@asynccontextmanager
async def _loop(settings: Settings) -> AsyncIterator[SyncLoop]:
    """The loop that the service has, over the same database."""
    await asyncio.to_thread(schema(settings).check)
    container = Container(settings=settings)
    sync = container.sync()
    if isinstance(sync, NoSync):
        raise Conflict(f"synchronization is {sync.report.state}; see TURSO_ENABLED and TURSO_SYNC_ENABLED")
    database = container.database()
    await database.open()
    try:
        await begin_copy(container)
        yield sync
    finally:
        await sync.release()
        await database.close()
