"""The PostgreSQL database behind the `Transactions` port."""

from asyncio import Task, create_task, gather, get_running_loop
from collections.abc import Callable
from typing import TypeVar

from adapters.postgres.schema import PostgresSchema
from adapters.postgres.worker import Job, Jobs, Worker
from application.ports.transactions import Stores
from domain.errors import Unavailable
from domain.trading.portfolio import Account

T = TypeVar("T")

READERS = 2


class PostgresDatabase:
    """One database that several processes may share: among all of them, one unit writes at a time.

    A caller that is cancelled while it waits does not know whether its unit happened; it happened
    entirely or not at all, and not if its turn had not come yet.
    """

    def __init__(self, url: str, account: Account) -> None:
        self._url = url
        self._account = account
        self._open = False
        self._writes = Jobs()
        self._reads = Jobs()
        self._workers: list[Task[None]] = []

    async def open(self) -> None:
        """Connect, and prove that units can be written.

        Raises:
            Unavailable: the server cannot be used, or its schema is not the one of this release.
        """
        await PostgresSchema(self._url).checked()
        writer = Worker(self._url, self._account, self._writes, read_only=False)
        readers = [Worker(self._url, self._account, self._reads, read_only=True) for _ in range(READERS)]
        self._workers = [create_task(worker.run()) for worker in (writer, *readers)]
        self._open = True
        try:
            await self.write(lambda _: None)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Refuse new units, finish those that wait, and hang up."""
        self._open = False
        workers, self._workers = self._workers, []
        if workers:
            for jobs in (self._writes, *[self._reads] * READERS):
                jobs.put_nowait(None)
            await gather(*workers)

    async def read(self, unit: Callable[[Stores], T]) -> T:
        return await self._run(self._reads, unit)

    async def write(self, unit: Callable[[Stores], T], *, durable: bool = True) -> T:
        """All units are durable: the server may die alone, and we would go on from what it has forgotten."""
        return await self._run(self._writes, unit)

    async def _run(self, jobs: Jobs, unit: Callable[[Stores], T]) -> T:
        if not self._open:
            raise Unavailable("the database is closed", code="database_unavailable")
        job = Job(unit, get_running_loop().create_future())
        jobs.put_nowait(job)
        outcome: T = await job.future
        return outcome
