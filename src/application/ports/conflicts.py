"""Writes that were overwritten by another node's, on record."""

from collections.abc import Sequence
from typing import Protocol

from domain.sync.conflict import Conflict


class Conflicts(Protocol):
    """Never changed, never removed."""

    def add(self, conflicts: Sequence[Conflict]) -> Sequence[Conflict]:
        """Record those that are not on record, and return them."""
        ...

    def page(self, *, before: str | None, limit: int) -> Sequence[Conflict]:
        """The latest first; `before` continues after the one of that id."""
        ...

    def count(self) -> int: ...
