"""Reading: each unit in a transaction of its own, on a snapshot that no writer disturbs."""

import sqlite3
from pathlib import Path

from adapters.sql.stores import SqlStores
from adapters.sqlite.connection import connect_reader
from adapters.sqlite.errors import unavailable
from adapters.sqlite.jobs import Deliveries, Job
from adapters.sqlite.session import SqliteSession
from adapters.sqlite.turn import Turn
from adapters.sqlite.worker import Jobs
from domain.trading.portfolio import Account


class Reader:
    """Runs units one by one; several readers share a queue."""

    def __init__(self, path: Path, account: Account, turn: Turn, deliveries: Deliveries) -> None:
        self._connection = connect_reader(path)
        self._session = SqliteSession(self._connection, read_only=True)
        self._stores = SqlStores(self._session, account)
        self._turn = turn
        self._deliveries = deliveries

    def run(self, jobs: Jobs) -> None:
        while (job := jobs.get()) is not None:
            lock = self._turn.take()
            try:
                if not job.future.cancelled():
                    self._read(job)
                    self._deliveries.send((job,))
            finally:
                lock.release()

    def close(self) -> None:
        self._connection.close()

    def _read(self, job: Job) -> None:
        self._session.failure = None
        try:
            self._connection.execute("BEGIN")
            try:
                job.value = job.unit(self._stores)
            except BaseException as error:
                job.fail(error)
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._session.failure = error
        if self._session.failure is not None:
            job.fail(unavailable(self._session.failure))
