"""Conflicts in memory."""

from collections.abc import Sequence
from itertools import islice

from adapters.memory.table import Journal, Table
from domain.sync.conflict import Conflict


class MemoryConflicts:
    def __init__(self, journal: Journal) -> None:
        self._records: Table[tuple[str, str], Conflict] = Table(journal)
        self._places: Table[str, tuple[str, str]] = Table(journal)

    def add(self, conflicts: Sequence[Conflict]) -> Sequence[Conflict]:
        return [conflict for conflict in conflicts if self._add(conflict)]

    def page(self, *, before: str | None, limit: int) -> Sequence[Conflict]:
        if before is not None and before not in self._places:
            return []
        until = None if before is None else self._places.get(before)
        return list(islice(self._records.falling(until=until), limit))

    def count(self) -> int:
        return sum(1 for _ in self._records.rising())

    def _add(self, conflict: Conflict) -> bool:
        place = conflict.at.isoformat(), conflict.id
        return self._places.add(conflict.id, place) and self._records.add(place, conflict)
