"""The merge: two states of a row become one, the same on every node.

A state is a set of pairs (write, column) with the set of writes heard of. Seen from a state, a pair is
unheard of, standing, or replaced, in this order, and joining takes the later of the two for each pair.
Lives come first: a later life wins whole. A maximum in a chain is commutative, associative and idempotent,
and so is a product of chains; hence nodes that took in the same changes are equal, whatever the order and
however often. No policy takes part in this; policies only choose what a state shows (`policy`).

P. S. Almeida, A. Shoker, C. Baquero: "Delta State Replicated Data Types", 2018 (causal stores).
"""

from domain.sync.clock import Stamp
from domain.sync.row import Row, Value, Values, newest, row_of


def join(ours: Row, theirs: Row) -> Row:
    """The least state that contains both."""
    if ours.life != theirs.life:
        return max(ours, theirs, key=lambda row: row.life)
    if ours == theirs:
        return ours
    writes = {
        stamp: kept
        for stamp in {**ours.writes, **theirs.writes}
        if (kept := _standing(stamp, ours, theirs)) is not None
    }
    return row_of(ours.life, writes, newest((*ours.heard, *theirs.heard)).values())


def _standing(stamp: Stamp, ours: Row, theirs: Row) -> Values | None:
    """What still stands of a write; None when nothing does."""
    mine, yours = ours.writes.get(stamp), theirs.writes.get(stamp)
    if mine is None:
        return None if ours.knows(stamp) else yours
    if yours is None:
        return None if theirs.knows(stamp) else mine
    kept = {name: max(value, yours[name], key=_total) for name, value in mine.items() if name in yours}
    return kept if kept or mine == yours else None


def _total(value: Value) -> tuple[bool, str]:
    """An order of all values: one write has one value, and a forged second one must not set nodes apart."""
    return value is not None, value or ""
