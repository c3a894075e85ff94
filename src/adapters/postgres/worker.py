"""A task that owns a connection and works through a queue of units."""

from asyncio import CancelledError, Future, Queue
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from attrs import frozen
from sqlalchemy.util import greenlet_spawn

from adapters.postgres.connection import CONNECT_SECONDS, WRITER, connect
from adapters.postgres.errors import FAILURES, lost, told, unavailable
from adapters.postgres.session import PostgresSession
from adapters.sql.stores import SqlStores
from application.ports.transactions import Stores
from domain.trading.portfolio import Account

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# What comes after the lock sees all that was committed before the lock was ours.
_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({WRITER})"


@frozen(eq=False)
class Job:
    """A unit, and the future its caller waits on."""

    unit: Callable[[Stores], Any]
    future: Future[Any]

    def settle(self, outcome: Any) -> None:
        if not self.future.done():
            self.future.set_result(outcome)

    def fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)


Jobs = Queue[Job | None]
"""What waits to be done; a None ends one worker."""


class _Line:
    """A connection and the stores over it, which forget with it what they remember of the record."""

    def __init__(self, connection: asyncpg.Connection, account: Account, *, read_only: bool) -> None:
        self.connection = connection
        self.session = PostgresSession(connection, read_only=read_only)
        self.stores = SqlStores(self.session, account)

    async def begin(self, statement: str) -> None:
        await self.connection.execute(statement)
        self.session.begin()


class Worker:
    """Runs units one by one, each in a transaction of its own; a connection that was lost is made anew."""

    def __init__(self, url: str, account: Account, jobs: Jobs, *, read_only: bool) -> None:
        self._url = url
        self._account = account
        self._jobs = jobs
        self._read_only = read_only
        self._line: _Line | None = None

    async def run(self) -> None:
        """Work until a None is taken from the queue."""
        try:
            while (job := await self._jobs.get()) is not None:
                if not job.future.cancelled():
                    await self._do(job)
        finally:
            await self._hang_up()

    async def _do(self, job: Job) -> None:
        try:
            line = await self._begun(_READ if self._read_only else _WRITE)
        except Exception as error:
            await self._undo()
            for each in (job, *self._all_who_wait()):  # they waited for the server just as long
                each.fail(unavailable(error))
            return
        folded = line.stores.fills.folded
        try:
            outcome = await greenlet_spawn(job.unit, line.stores)
            line.session.check()
            with told():
                await line.connection.execute("COMMIT")
        except BaseException as error:
            line.stores.fills.folded = folded
            await self._undo()
            job.fail(error)
            if isinstance(error, CancelledError):
                raise
        else:
            job.settle(outcome)
        finally:
            line.session.end()

    async def _begun(self, begin: str) -> _Line:
        """The line with a transaction begun, or a new one if the server hung up on it."""
        if self._line is not None:
            try:
                await self._line.begin(begin)
                return self._line
            except FAILURES as error:
                if not lost(error):
                    raise
                self._line.connection.terminate()
                self._line = None
        self._line = _Line(await connect(self._url), self._account, read_only=self._read_only)
        await self._line.begin(begin)
        return self._line

    def _all_who_wait(self) -> Iterator[Job]:
        for _ in range(self._jobs.qsize()):
            job = self._jobs.get_nowait()
            if job is None:
                self._jobs.put_nowait(job)
            else:
                yield job

    async def _undo(self) -> None:
        """End what was begun; a connection that cannot even do that is given up."""
        if self._line is not None:
            try:
                await self._line.connection.execute("ROLLBACK", timeout=CONNECT_SECONDS)
            except FAILURES:
                self._line.connection.terminate()
                self._line = None

    async def _hang_up(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            with suppress(*FAILURES):
                await line.connection.close(timeout=CONNECT_SECONDS)
