"""A connection as the stores see it, used by one thread."""

import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NoReturn

from adapters.sql.session import Row
from adapters.sqlite.errors import unavailable

AT_ONCE = (100, 10)
"""How many rows one statement may insert."""

_VALUES = re.compile(r"VALUES (\(\?(?:, \?)*\))")


class SqliteSession:
    """Runs statements and remembers a failure, so that a unit which hides one is undone all the same.

    SQLite may have ended the transaction when a statement failed; one that ran after it would be
    committed on its own.
    """

    def __init__(self, connection: sqlite3.Connection, *, read_only: bool) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany
        self._read_only = read_only
        self.failure: sqlite3.Error | None = None

    def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        try:
            return self._execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            self._fail(error)

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        found = self.all(sql, parameters)
        return found[0] if found else None

    def write(self, sql: str, parameters: Sequence[object] = ()) -> int:
        self._check_writable()
        try:
            return self._execute(sql, parameters).rowcount
        except sqlite3.Error as error:
            self._fail(error)

    def write_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        if not rows:
            return 0
        self._check_writable()
        try:
            return self._insert(sql, rows) if _VALUES.search(sql) else self._executemany(sql, rows).rowcount
        except sqlite3.Error as error:
            self._fail(error)

    def _insert(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Every statement lets other threads have the interpreter, and waits for its turn to have it back."""
        done = changed = 0
        for count in AT_ONCE:
            while done + count <= len(rows):
                parameters = list(chain.from_iterable(rows[done : done + count]))
                changed += self._execute(_for_rows(sql, count), parameters).rowcount
                done += count
        return changed + (self._executemany(sql, rows[done:]).rowcount if done < len(rows) else 0)

    def _check_writable(self) -> None:
        if self._read_only:
            raise RuntimeError("a unit that is read must not write")
        if self.failure is not None:
            raise unavailable(self.failure) from self.failure

    def _fail(self, error: sqlite3.Error) -> NoReturn:
        self.failure = error
        raise unavailable(error) from error


@lru_cache
def _for_rows(sql: str, count: int) -> str:
    """The statement that inserts `count` rows where `sql` inserts one."""
    return _VALUES.sub(lambda found: "VALUES " + ", ".join([found[1]] * count), sql)
