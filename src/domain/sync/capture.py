"""Capture: how a node's own writes enter the state of a row."""

from collections.abc import Mapping

from domain.sync.clock import Stamp
from domain.sync.policy import Policy, shown
from domain.sync.row import Row, Values, content_stamp, deleted, written


def captured(row: Row, values: Values | None, stamp: Stamp, policy: Policy, default: Values | None = None) -> Row:
    """The row once this node's table was found to hold `values`, or nothing of it.

    What it shows already is no write, so a row that was changed and changed back stays as it was. What
    equals `default` in a row that no one has heard of was chosen by no one: it gets the stamp of its content,
    with which it gives way to every choice. `stamp` is as for `written`.
    """
    if values is None:
        return deleted(row, stamp) if row.alive else row
    if not row.life and default is not None:
        kept = _kept(values, default, policy)
        row = fact(kept) if kept else row
    present = {column: version.value for column, version in shown(row, policy).items()}
    changed = {column: value for column, value in values.items() if column not in present or present[column] != value}
    if row.alive and not changed:
        return row
    return written(row, stamp, values if policy.whole else changed)


def fact(values: Values) -> Row:
    """The state of an immutable row: the same on every node that records it."""
    return Row(life=1, writes={content_stamp(values): values})


def is_fact(row: Row) -> bool:
    """Whether the row is nothing but one immutable record, as `fact` makes it."""
    return row.life == 1 and len(row.writes) == 1 and all(row == fact(values) for values in row.writes.values())


def _kept(values: Values, default: Values, policy: Policy) -> Mapping[str, str | None]:
    same = {column: value for column, value in values.items() if column in default and default[column] == value}
    return same if not policy.whole or len(same) == len(values) else {}
