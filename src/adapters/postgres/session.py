"""A connection as the stores see it: a unit is a plain function, and its statements wait all the same.

A unit runs in a greenlet, which steps aside whenever it waits for the server, so that no thread is held.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.util import await_

from adapters.postgres.errors import FAILURES, unavailable
from adapters.postgres.statements import counted, numbered
from adapters.sql.session import Row
from domain.errors import Unavailable


class PostgresSession:
    """Runs statements and remembers a failure, so that a unit which hides one is undone all the same."""

    def __init__(self, connection: asyncpg.Connection, *, read_only: bool) -> None:
        self._connection = connection
        self._read_only = read_only
        self._refusal: Unavailable | None = _over()

    def begin(self) -> None:
        """Let statements through."""
        self._refusal = None

    def check(self) -> None:
        """Raises Unavailable if a statement failed."""
        if self._refusal is not None:
            raise self._refusal

    def end(self) -> None:
        """Let no other statement through."""
        self._refusal = _over()

    def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return [tuple(row) for row in self._wait(self._connection.fetch, numbered(sql), *parameters)]

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        found = self.all(sql, parameters)
        return found[0] if found else None

    def write(self, sql: str, parameters: Sequence[object] = ()) -> int:
        self._check_writable()
        return int(self._wait(self._connection.execute, numbered(sql), *parameters).rpartition(" ")[2])

    def write_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        if not rows:
            return 0
        self._check_writable()
        return len(self._wait(self._connection.fetchmany, counted(sql), rows))

    def _check_writable(self) -> None:
        if self._read_only:
            raise RuntimeError("a unit that is read must not write")

    def _wait(self, call: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
        self.check()
        try:
            return await_(call(*arguments))
        except FAILURES as error:
            self._refusal = unavailable(error)
            raise self._refusal from error


def _over() -> Unavailable:
    return Unavailable("the transaction is over", code="database_unavailable")
