"""Capture: what a node's table holds becomes the state that other nodes are told."""

from hypothesis import given
from hypothesis import strategies as st

from domain.sync.capture import captured, fact, is_fact
from domain.sync.clock import Boot, stamp_of
from domain.sync.merge import join
from domain.sync.policy import COLUMNS, UNION, lowest, ranked, shown, switch
from domain.sync.row import UNHEARD, content_stamp, deleted, written

NAMES = ("a", "b", "c")
POLICIES = [COLUMNS, UNION, ranked("a", {"0": ["1"], "1": []}), switch("a", on="1"), lowest("a", "b")]
FIRST, SECOND, THIRD = (stamp_of(time, 0, Boot("1" * 16)) for time in (1, 2, 3))
DEFAULT = {"a": "1", "b": "2", "c": "3"}

values = st.fixed_dictionaries(dict.fromkeys(NAMES, st.none() | st.sampled_from(["0", "1", "2"])))
policies = st.sampled_from(POLICIES)


def held(row, policy):
    return {column: version.value for column, version in shown(row, policy).items()} if row.alive else None


@given(policies, st.lists(st.none() | values, min_size=1, max_size=5), st.none() | values, st.booleans())
def test_what_is_captured_is_what_the_table_holds(policy, history, default, rivalled):
    """Whatever it held before, also where a rival of another node was merged in between."""
    row = UNHEARD
    for time, found in enumerate(history, 1):
        row = captured(row, found, stamp_of(time, 0, Boot("1" * 16)), policy, default)
        assert held(row, policy) == found
        if rivalled and row.alive:
            theirs = written(row, stamp_of(0, time, Boot("2" * 16)), {"a": "2"})
            row = join(captured(row, {**found, "a": "0"}, stamp_of(time, 1, Boot("1" * 16)), policy), theirs)


@given(policies, st.none() | values, st.none() | values)
def test_what_is_captured_twice_is_no_second_write(policy, found, default):
    row = captured(UNHEARD, found, FIRST, policy, default)

    assert captured(row, found, SECOND, policy, default) == row


def test_only_the_columns_that_changed_are_written() -> None:
    row = captured(UNHEARD, DEFAULT, FIRST, COLUMNS)

    assert captured(row, DEFAULT | {"b": "7"}, SECOND, COLUMNS).writes == {
        FIRST: {"a": "1", "c": "3"},
        SECOND: {"b": "7"},
    }


def test_a_row_that_makes_sense_as_a_whole_is_written_as_a_whole() -> None:
    row = captured(UNHEARD, DEFAULT, FIRST, switch("a", on="1"))

    assert captured(row, DEFAULT | {"b": "7"}, SECOND, switch("a", on="1")).writes == {SECOND: DEFAULT | {"b": "7"}}


@given(policies)
def test_a_default_is_the_same_on_every_node_and_whenever_it_is_looked_at(policy):
    assert captured(UNHEARD, DEFAULT, FIRST, policy, DEFAULT) == captured(UNHEARD, DEFAULT, SECOND, policy, DEFAULT)
    assert captured(UNHEARD, DEFAULT, FIRST, policy, DEFAULT).writes == {content_stamp(DEFAULT): DEFAULT}


@given(policies, values)
def test_another_nodes_default_gives_way_to_every_choice_also_where_the_lower_or_safer_wins(policy, chosen):
    """Whether the choice was made before the default was ever looked at, or after."""
    default = captured(UNHEARD, DEFAULT, THIRD, policy, DEFAULT)
    at_once = captured(UNHEARD, chosen, FIRST, policy, DEFAULT)
    later = captured(default, chosen, FIRST, policy, DEFAULT)

    assert at_once == later
    assert held(join(default, at_once), policy) == chosen


def test_a_default_that_was_deleted_before_it_was_looked_at_stays_deleted() -> None:
    default = captured(UNHEARD, DEFAULT, FIRST, COLUMNS, DEFAULT)

    assert not join(captured(UNHEARD, None, SECOND, COLUMNS, DEFAULT), default).alive


def test_a_row_without_default_that_was_never_heard_of_and_is_not_there_stays_unheard() -> None:
    assert captured(UNHEARD, None, FIRST, COLUMNS) == UNHEARD


def test_a_deleted_row_that_is_inserted_again_begins_another_life() -> None:
    row = captured(deleted(fact(DEFAULT), FIRST), DEFAULT, SECOND, COLUMNS, DEFAULT)

    assert (row.life, row.writes) == (3, {SECOND: DEFAULT})


@given(values)
def test_a_fact_is_recognized_and_its_every_change_is_none(found):
    assert is_fact(fact(found))
    assert not is_fact(UNHEARD)
    assert not is_fact(deleted(fact(found), FIRST))
    assert not is_fact(written(fact(found), FIRST, {"a": "9"}))
    assert not is_fact(written(UNHEARD, FIRST, found))
