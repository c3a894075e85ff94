"""Which merges leave a record, and what it says."""

from domain.sync.clock import Boot, stamp_of
from domain.sync.conflict import merge
from domain.sync.policy import COLUMNS, UNION, Rule, Version, lowest, ranked, switch
from domain.sync.row import UNHEARD, content_stamp, deleted, written
from domain.trading.order import TRANSITIONS

A, B, C = Boot("a" * 16), Boot("b" * 16), Boot("c" * 16)
ORDERS = ranked("status", TRANSITIONS)


def at(time, boot):
    return stamp_of(time, 0, boot)


def start(**values):
    return written(UNHEARD, at(1, A), values)


def conflicts(ours, theirs, policy=COLUMNS):
    return merge("settings", '["x"]', ours, theirs, policy).conflicts


def test_a_concurrent_overwrite_is_recorded_with_both_values_and_stamps():
    row = start(theme="light", size="1")
    ours, theirs = written(row, at(2, A), {"theme": "dark"}), written(row, at(3, B), {"theme": "blue"})

    (found,) = conflicts(ours, theirs)

    assert (found.table, found.key, found.column) == ("settings", '["x"]', "theme")
    assert found.winner == Version(at(3, B), "blue")
    assert found.loser == Version(at(2, A), "dark")
    assert found.rule is Rule.COLUMNS
    assert not found.for_people


def test_both_nodes_make_the_same_record():
    row = start(theme="light")
    ours, theirs = written(row, at(2, A), {"theme": "dark"}), written(row, at(3, B), {"theme": "blue"})

    (mine,), (yours,) = conflicts(ours, theirs), conflicts(theirs, ours)

    assert mine == yours
    assert mine.id == yours.id


def test_an_overwrite_by_someone_who_knew_is_none_however_often_the_value_changed_in_between():
    old = start(theme="light")
    row = old
    for time, boot in ((2, B), (3, C), (4, B), (5, A)):
        row = written(row, at(time, boot), {"theme": str(time)})

    assert conflicts(old, row) == ()
    assert conflicts(row, old) == ()


def test_writes_of_different_columns_or_of_equal_values_are_none():
    row = start(theme="light", size="1")
    ours = written(row, at(2, A), {"theme": "dark"})

    assert conflicts(ours, written(row, at(3, B), {"size": "2"})) == ()
    assert conflicts(ours, written(row, at(3, B), {"theme": "dark"})) == ()


def test_a_merge_tells_only_what_is_new():
    row = start(theme="light")
    ours, theirs = written(row, at(2, A), {"theme": "dark"}), written(row, at(3, B), {"theme": "blue"})
    merged = merge("settings", '["x"]', ours, theirs, COLUMNS).row

    assert conflicts(merged, theirs) == ()
    assert conflicts(merged, written(row, at(4, C), {"theme": "red"})) != ()


def test_a_change_lost_to_a_deletion_is_recorded():
    row = start(theme="light", size="1")
    ours, theirs = written(row, at(3, A), {"theme": "dark"}), deleted(row, at(2, B))

    (found,) = conflicts(ours, theirs)

    assert (found.column, found.loser, found.winner) == (
        "theme",
        Version(at(3, A), "dark"),
        Version(at(2, B), None),
    )
    assert found.rule is Rule.LIFE
    assert conflicts(theirs, ours) == (found,)


def test_a_change_lost_to_a_row_that_was_made_anew_is_recorded_with_the_new_value():
    row = start(theme="light")
    anew = written(deleted(row, at(2, B)), at(3, B), {"theme": "blue"})

    (found,) = conflicts(written(row, at(4, A), {"theme": "dark"}), anew)

    assert (found.winner, found.loser.value) == (Version(at(3, B), "blue"), "dark")


def test_a_deletion_by_someone_who_knew_is_none():
    row = start(theme="light")

    assert conflicts(row, deleted(row, at(2, B))) == ()
    assert conflicts(UNHEARD, deleted(row, at(2, B))) == ()


def test_two_ends_of_an_order_are_for_people_and_other_differences_are_not():
    row = start(status="accepted", reason=None)
    cancelled = written(row, at(2, A), {"status": "cancelled", "reason": "by the owner"})
    filled = written(row, at(3, B), {"status": "filled", "reason": None})
    accepted = written(row, at(4, B), {"status": "accepted", "reason": "late"})

    assert {found.column: found.for_people for found in conflicts(cancelled, filled, ORDERS)} == {
        "status": True,
        "reason": False,
    }
    assert not any(found.for_people for found in conflicts(cancelled, accepted, ORDERS))


def test_a_resumption_that_lost_to_a_halt_is_recorded():
    row = start(halted="0")
    halted, resumed = written(row, at(2, A), {"halted": "1"}), written(row, at(3, B), {"halted": "0"})

    (found,) = conflicts(resumed, halted, switch("halted", on="1"))

    assert (found.winner.value, found.loser.value, found.rule) == ("1", "0", Rule.SAFEST)


def test_a_higher_limit_that_lost_is_recorded():
    row = start(max_position="1")
    low, high = written(row, at(2, A), {"max_position": "0.1"}), written(row, at(3, B), {"max_position": "0.2"})

    (found,) = conflicts(low, high, lowest("max_position"))

    assert (found.winner.value, found.loser.value) == ("0.1", "0.2")


def test_another_content_under_the_key_of_a_fact_is_recorded():
    one, two = {"price": "100", "fee": "1"}, {"price": "101", "fee": "1"}

    (found,) = conflicts(written(UNHEARD, content_stamp(one), one), written(UNHEARD, content_stamp(two), two), UNION)

    assert found.column == "price"
    assert {found.winner.value, found.loser.value} == {"100", "101"}


def test_another_content_is_recorded_after_the_fact_was_deleted_as_well():
    one, two = {"price": "100"}, {"price": "101"}
    gone = deleted(written(UNHEARD, content_stamp(one), one), at(2, A))

    again, other = written(gone, content_stamp(one, 3), one), written(gone, content_stamp(two, 3), two)

    assert len(conflicts(again, other, UNION)) == 1
