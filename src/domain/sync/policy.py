"""Policies: which of several rival writes a row shows, declared for each table as data.

A policy is a pure reading of the merged state, so nodes with equal states show equal rows.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from domain.errors import Invalid
from domain.shared.money import amount
from domain.sync.clock import Stamp
from domain.sync.row import Row, Value, Values


class Rule(StrEnum):
    """What decides between rivals; `LIFE` decides before any policy and is none of a table's own."""

    UNION = "union"
    RANKED = "ranked"
    COLUMNS = "columns"
    SAFEST = "safest"
    LOCAL = "local"
    LIFE = "life"


@frozen(kw_only=True)
class Policy:
    """How the rows of one table are shared.

    `whole`: a write replaces all columns of the row, because they make sense only together. `fact`: a row
    never changes, and its write has the stamp of its content.

    Among rivals the heavier write shows, and of equal ones the newer. A write weighs the rank of its value
    in the column `ranked`; in a column of `lowest` the smaller number weighs more, and what is no number
    weighs nothing. Two rivals with different values of `final` are left to people.
    """

    rule: Rule
    whole: bool = False
    fact: bool = False
    ranked: str | None = None
    ranks: Mapping[str, int] = field(factory=dict)
    final: frozenset[str] = frozenset()
    lowest: frozenset[str] = frozenset()

    def weight(self, values: Values, column: str) -> int | Decimal:
        """How much the write of `values` weighs in `column`, which it holds."""
        if self.ranked is not None:
            return self.ranks.get(values.get(self.ranked) or "", -1)
        return _safety(values[column]) if column in self.lowest else 0


UNION = Policy(rule=Rule.UNION, whole=True, fact=True)
"""Facts: nodes add them and none changes them. The same key with other content is a conflict."""

COLUMNS = Policy(rule=Rule.COLUMNS)
"""Settings: each column is written on its own, and its newest write shows."""

LOCAL = Policy(rule=Rule.LOCAL)
"""What never leaves the node."""


def ranked(column: str, steps: Mapping[str, Collection[str]]) -> Policy:
    """A state machine: the row that got further shows. `steps` are the legal steps from each state, without cycles."""
    final = frozenset(state for state, following in steps.items() if not following)
    ranks = dict.fromkeys(steps, 0)
    for _ in steps:
        for state, following in steps.items():
            for later in following:
                if later != state:
                    ranks[later] = max(ranks[later], ranks[state] + 1)
    ranks.update(dict.fromkeys(final, len(steps)))
    return Policy(rule=Rule.RANKED, whole=True, ranked=column, ranks=ranks, final=final)


def switch(column: str, on: str) -> Policy:
    """A safety switch: of rivals, one that switches on shows; a later write that knew it may switch off."""
    return Policy(rule=Rule.SAFEST, whole=True, ranked=column, ranks={on: 1})


def lowest(*columns: str) -> Policy:
    """Limits: of rivals, the lower number shows; a later write that knew it may raise it."""
    return Policy(rule=Rule.SAFEST, lowest=frozenset(columns))


@frozen
class Version:
    """The value of a column, and the write it is of."""

    stamp: Stamp
    value: Value


def shown(row: Row, policy: Policy) -> dict[str, Version]:
    """What the row's table holds: for each column the version that wins; nothing if the row is not alive."""
    best: dict[str, tuple[int | Decimal, Stamp, Value]] = {}
    for stamp, values in row.writes.items():
        for column, value in values.items():
            claim = policy.weight(values, column), stamp, value
            if column not in best or claim[:2] > best[column][:2]:
                best[column] = claim
    return {column: Version(stamp, value) for column, (_, stamp, value) in best.items()}


def _safety(value: Value) -> Decimal:
    try:
        return -amount(value or "")
    except Invalid:
        return Decimal("-Infinity")
