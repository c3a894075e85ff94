"""The SQLite database behind the `Transactions` port."""

from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from adapters.sql.stores import SqlStores
from adapters.sqlite.jobs import Deliveries, Job
from adapters.sqlite.reader import Reader
from adapters.sqlite.schema import SqliteSchema
from adapters.sqlite.turn import Turn
from adapters.sqlite.worker import Jobs, Worker
from adapters.sqlite.writer import Writer
from domain.errors import Unavailable
from domain.trading.portfolio import Account

T = TypeVar("T")

READERS = 2


class SqliteDatabase:
    """One file in WAL mode: a thread that writes, two that read, all units in their order of arrival.

    A caller that is cancelled while it waits does not know whether its unit happened; it happened
    entirely or not at all, and not if the thread had not come to it yet.
    """

    def __init__(self, path: Path, account: Account) -> None:
        self._path = path
        self._account = account
        self._writes = Jobs()
        self._reads = Jobs()
        self._workers: list[Worker] = []
        self._loop: AbstractEventLoop | None = None

    async def open(self) -> None:
        """Start the threads.

        Raises:
            Unavailable: the file cannot be used, or its schema is not the one of this release.
        """
        loop = get_running_loop()
        deliveries = Deliveries(loop)
        reader = partial(Reader, self._path, self._account, Turn(), deliveries)
        workers = [Worker("sqlite-writer", partial(self._writer, deliveries), self._writes, loop)]
        workers += [Worker(f"sqlite-reader-{n}", reader, self._reads, loop) for n in range(READERS)]
        try:
            for worker in workers:
                await worker.start()
                self._workers.append(worker)
        except BaseException:
            await self.close()
            raise
        self._loop = loop

    async def close(self) -> None:
        """Refuse new units, finish those that wait, fold the log into the file and let go of it."""
        self._loop = None
        writer, readers = self._workers[:1], self._workers[1:]
        self._workers = []
        for workers in (readers, writer):
            for worker in workers:
                worker.stop()
            for worker in workers:
                await worker.ended()

    async def read(self, unit: Callable[[SqlStores], T]) -> T:
        return await self._run(self._reads, unit, durable=False)

    async def write(self, unit: Callable[[SqlStores], T], *, durable: bool = True) -> T:
        return await self._run(self._writes, unit, durable=durable)

    def _writer(self, deliveries: Deliveries) -> Writer:
        SqliteSchema(self._path).check()
        return Writer(self._path, self._account, deliveries)

    async def _run(self, jobs: Jobs, unit: Callable[[SqlStores], T], *, durable: bool) -> T:
        if self._loop is None:
            raise Unavailable("the database is closed", code="database_unavailable")
        future = self._loop.create_future()
        jobs.put(Job(unit, durable, future))
        outcome: T = await future
        return outcome
