"""What the stores need from a driver: four ways to run SQL text inside the present transaction."""

from collections.abc import Sequence
from typing import Any, Protocol

Row = tuple[Any, ...]


class Session(Protocol):
    """Every call raises Unavailable when the database fails; in a read-only transaction writes raise RuntimeError."""

    def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Every row found."""
        ...

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row found."""
        ...

    def write(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run it and return the number of rows it changed, those changed by triggers not counted."""
        ...

    def write_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Run it once for each of `rows`, as `write` does, and return the sum."""
        ...
