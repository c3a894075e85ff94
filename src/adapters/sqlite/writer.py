"""Writing: many units in one transaction, so that they share the cost of making it durable."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from adapters.sql.stores import SqlStores
from adapters.sqlite.backlog import Backlog
from adapters.sqlite.connection import connect_writer
from adapters.sqlite.errors import busy, unavailable
from adapters.sqlite.jobs import Deliveries, Job
from adapters.sqlite.session import SqliteSession
from adapters.sqlite.worker import Jobs
from domain.trading.portfolio import Account


class Writer:
    """Commits units in groups.

    A unit that raises is undone alone and the rest of its group goes on. Nobody is told anything before
    the commit; if that fails, the whole group is undone and told so.
    """

    def __init__(self, path: Path, account: Account, deliveries: Deliveries) -> None:
        self._connection = connect_writer(path)
        self._execute = self._connection.execute
        self._session = SqliteSession(self._connection, read_only=False)
        self._stores = SqlStores(self._session, account)
        self._deliveries = deliveries
        self._syncs: bool | None = None

    def run(self, jobs: Jobs) -> None:
        backlog = Backlog(jobs)
        while (first := backlog.first()) is not None:
            self._commit(backlog.group(first), durable=first.durable)

    def close(self) -> None:
        with suppress(sqlite3.Error):  # the log keeps what is committed until another start
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def _commit(self, jobs: Iterator[Job], *, durable: bool) -> None:
        group: list[Job] = []
        folded = self._stores.fills.folded
        try:
            for job in jobs:
                group.append(job)
                if not job.future.cancelled():
                    self._attempt(job, durable=durable)
            if self._connection.in_transaction:
                self._execute("COMMIT")
        except sqlite3.Error as error:
            if busy(error):  # those behind waited for the lock just as long
                group.extend(jobs)
            self._undo(group, self._session.failure or error)
            self._stores.fills.folded = folded
        self._deliveries.send(group)

    def _attempt(self, job: Job, *, durable: bool) -> None:
        """Run one unit; the first of a transaction needs no savepoint, as it is undone with all of it."""
        session, fills = self._session, self._stores.fills
        session.failure = None
        folded = fills.folded
        nested = self._connection.in_transaction
        if nested:
            self._execute("SAVEPOINT unit")
        else:
            self._begin(durable=durable)
        try:
            job.value = job.unit(self._stores)
        except BaseException as error:
            job.fail(error)
        if session.failure is not None and job.error is None:
            job.fail(unavailable(session.failure))
        if job.error is not None:
            fills.folded = folded
            if nested:
                self._execute("ROLLBACK TO unit")
            elif self._connection.in_transaction:
                self._execute("ROLLBACK")
        if nested:
            self._execute("RELEASE unit")
        session.failure = None

    def _begin(self, *, durable: bool) -> None:
        if durable is not self._syncs:
            self._execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._syncs = durable
        self._execute("BEGIN IMMEDIATE")

    def _undo(self, group: list[Job], reason: sqlite3.Error) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._execute("ROLLBACK")
        for job in group:
            job.fail(unavailable(reason))
