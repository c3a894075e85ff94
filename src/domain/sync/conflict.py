"""Conflicts: writes that lost without their winner's writer having known them.

Two writes are concurrent when neither writer's copy of the row had heard of the other write. A node
records a conflict whenever a merge brings a write that loses to a concurrent one with another value: as a
rival in the same life, or as part of an earlier life that ended in ignorance of it.

None is missed. A write stands on every node that takes it in, its own first, until it is replaced. Within
a life only a write that knew it replaces it; otherwise it stays as a rival, and the merge that brings the
rival records the loser. A later life replaces it knowingly, or that merge records it. None is invented:
the winner's copy had not heard of the loser.

The record's identity and content follow from the two writes alone. Nodes add records to one another's like
any fact, so all end with the same ones, whatever each had merged itself. Whoever knows of both writes pushes
the record before, or together with, any state that lets others know of both without seeing them side by side.
"""

from datetime import datetime, timedelta
from hashlib import blake2b

from attrs import frozen

from domain.shared.time import EPOCH
from domain.sync.change import Key
from domain.sync.clock import millisecond_of
from domain.sync.merge import join
from domain.sync.policy import Policy, Rule, Version, shown
from domain.sync.row import Row


@frozen(kw_only=True)
class Conflict:
    """A value that lost. A winner's value of None with the rule `life` may be a deletion."""

    table: str
    key: Key
    column: str
    winner: Version
    loser: Version
    rule: Rule
    for_people: bool = False
    """No rule can tell which is true; someone must look."""

    @property
    def at(self) -> datetime:
        """When the later of the two was written."""
        return EPOCH + timedelta(milliseconds=millisecond_of(max(self.loser.stamp, self.winner.stamp)))

    @property
    def id(self) -> str:
        """The same on every node."""
        told = (self.table, self.key, self.column, self.loser.stamp, self.winner.stamp)
        return blake2b("\n".join(told).encode(), digest_size=16).hexdigest()


@frozen(kw_only=True)
class Merged:
    """The state after a merge, and what it newly found to have lost."""

    row: Row
    conflicts: tuple[Conflict, ...]


def merge(table: str, key: Key, ours: Row, theirs: Row, policy: Policy) -> Merged:
    """Take their state of a row into ours."""
    row = join(ours, theirs)
    found = _ended(table, key, ours, theirs, policy)
    if len(row.writes) > 1:
        known = set(_rivals(table, key, ours, policy))
        found += [conflict for conflict in _rivals(table, key, row, policy) if conflict not in known]
    return Merged(row=row, conflicts=tuple(found))


def _rivals(table: str, key: Key, row: Row, policy: Policy) -> list[Conflict]:
    """What a state holds and does not show."""
    winners = shown(row, policy)
    return [
        Conflict(
            table=table,
            key=key,
            column=column,
            winner=winners[column],
            loser=Version(stamp, value),
            rule=policy.rule,
            for_people=column == policy.ranked and {value, winners[column].value} <= policy.final,
        )
        for stamp in sorted(row.writes)
        for column, value in sorted(row.writes[stamp].items())
        if value != winners[column].value
    ]


def _ended(table: str, key: Key, ours: Row, theirs: Row, policy: Policy) -> list[Conflict]:
    """What an earlier life still held and the later one had not heard of."""
    earlier, later = (ours, theirs) if ours.life < theirs.life else (theirs, ours)
    if earlier.life == later.life or not earlier.life:
        return []
    winners, end = shown(later, policy), Version(max(later.heard), None)
    return [
        Conflict(table=table, key=key, column=column, winner=winner, loser=Version(stamp, value), rule=Rule.LIFE)
        for stamp in sorted(earlier.writes)
        if not later.knows(stamp)
        for column, value in sorted(earlier.writes[stamp].items())
        if (winner := winners.get(column, end)).value != value
    ]
