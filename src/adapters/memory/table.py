"""Tables that can be undone: rows by key, in the order of their keys."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar


class Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...
    def __hash__(self) -> int: ...


K = TypeVar("K", bound=Ordered)
V = TypeVar("V")


class Journal:
    """What the present unit changed, so that it can be undone."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []
        self._writable = False

    def begin(self, *, writable: bool) -> None:
        self._writable = writable

    def check_writable(self) -> None:
        if not self._writable:
            raise RuntimeError("a unit that is read must not write")

    def changed(self, undo: Callable[[], object]) -> None:
        """Remember how to undo a change."""
        self._undo.append(undo)

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()

    def end(self) -> None:
        self._undo.clear()
        self._writable = False


class Table(Generic[K, V]):
    """Every method that changes raises RuntimeError in a unit that only reads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._rows: dict[K, V] = {}
        self._keys: list[K] = []

    def __contains__(self, key: K) -> bool:
        return key in self._rows

    def get(self, key: K) -> V | None:
        return self._rows.get(key)

    def add(self, key: K, row: V) -> bool:
        """Insert, unless the key is taken; tells whether it did."""
        self._journal.check_writable()
        if key in self._rows:
            return False
        self._insert(key, row)
        self._journal.changed(lambda: self._delete(key))
        return True

    def put(self, key: K, row: V) -> None:
        """Insert or replace."""
        if not self.add(key, row):
            before = self._rows[key]
            self._rows[key] = row
            self._journal.changed(lambda: self._rows.update({key: before}))

    def remove(self, key: K) -> None:
        """Delete, if it is there."""
        self._journal.check_writable()
        if key in self._rows:
            before = self._delete(key)
            self._journal.changed(lambda: self._insert(key, before))

    def rising(self, *, since: K | None = None, after: K | None = None, until: K | None = None) -> Iterator[V]:
        """Rows by key, from `since` or from beyond `after`, up to but not including `until`."""
        return (self._rows[key] for key in self._keys[self._first(since, after) : self._last(until)])

    def falling(self, *, until: K | None = None) -> Iterator[V]:
        """Rows from the highest key below `until` down."""
        return (self._rows[self._keys[place]] for place in range(self._last(until) - 1, -1, -1))

    def _first(self, since: K | None, after: K | None) -> int:
        if after is not None:
            return bisect_right(self._keys, after)
        return 0 if since is None else bisect_left(self._keys, since)

    def _last(self, until: K | None) -> int:
        return len(self._keys) if until is None else bisect_left(self._keys, until)

    def _insert(self, key: K, row: V) -> None:
        self._rows[key] = row
        insort(self._keys, key)

    def _delete(self, key: K) -> V:
        del self._keys[bisect_left(self._keys, key)]
        return self._rows.pop(key)
