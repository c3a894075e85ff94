"""Capture: how a node's own writes enter the state of a row."""

from domain.sync.clock import Stamp
from domain.sync.policy import Policy, shown
from domain.sync.row import Row, Values, content_stamp, deleted, written


def captured(row: Row, values: Values | None, stamp: Stamp, policy: Policy, default: Values | None = None) -> Row:
    """The row once this node's table was found to hold `values`, or nothing of it.

    What it shows already is no write, so a row that was changed and changed back stays as it was. A row that
    no one has heard of began as `default`, if it has one, which was chosen by no one: it gets the stamp of its
    content, the same on every node, and what was made of it since replaces it knowingly. `stamp` is as for
    `written`.
    """
    if not row.life and default is not None:
        row = fact(default)
    if values is None:
        return deleted(row, stamp) if row.alive else row
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
