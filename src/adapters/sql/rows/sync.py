"""Conflicts between nodes."""

from adapters.sql.rows.reading import flag
from adapters.sql.session import Row
from domain.shared import time
from domain.sync.change import Key
from domain.sync.clock import checked_stamp
from domain.sync.conflict import Conflict
from domain.sync.policy import Rule, Version


def conflict_row(conflict: Conflict) -> Row:
    return (
        conflict.id,
        time.text(conflict.at),
        conflict.table,
        conflict.key,
        conflict.column,
        conflict.winner.stamp,
        conflict.winner.value,
        conflict.loser.stamp,
        conflict.loser.value,
        conflict.rule.value,
        int(conflict.for_people),
    )


def conflict(row: Row) -> Conflict:
    id_, _, table, key, column, winner_stamp, winner_value, loser_stamp, loser_value, rule, for_people = row
    found = Conflict(
        table=table,
        key=Key(key),
        column=column,
        winner=Version(checked_stamp(winner_stamp), winner_value),
        loser=Version(checked_stamp(loser_stamp), loser_value),
        rule=Rule(rule),
        for_people=flag(for_people),
    )
    if found.id != id_:
        raise ValueError("its id does not follow from it")
    return found
