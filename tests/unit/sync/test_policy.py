"""What a row shows when writes are rivals, table by table."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sync.clock import Boot, stamp_of
from domain.sync.merge import join
from domain.sync.policy import COLUMNS, UNION, lowest, ranked, shown, switch
from domain.sync.row import UNHEARD, content_stamp, deleted, written
from domain.trading.order import TRANSITIONS, OrderStatus

A, B = Boot("a" * 16), Boot("b" * 16)
ORDERS = ranked("status", TRANSITIONS)
HALT = switch("halted", on="1")
LIMITS = lowest("max_position", "max_open_orders")


def at(time, boot):
    return stamp_of(time, 0, boot)


def values(row, policy):
    return {column: version.value for column, version in shown(row, policy).items()}


def rivals(base, ours, theirs):
    """The merge of two writes at the same time on copies of one row; `theirs` is the newer."""
    row = written(UNHEARD, at(1, A), base)
    return join(written(row, at(2, A), ours), written(row, at(3, B), theirs))


def test_settings_keep_both_writes_of_different_columns_and_the_newer_of_the_same():
    row = rivals({"x": "0", "y": "0", "z": "0"}, {"x": "1", "y": "1"}, {"y": "2", "z": "2"})

    assert values(row, COLUMNS) == {"x": "1", "y": "2", "z": "2"}


def test_an_order_shows_the_write_that_got_further_and_all_of_it():
    row = rivals(
        {"status": "accepted", "filled_quantity": "0", "reason": None},
        {"status": "filled", "filled_quantity": "1", "reason": None},
        {"status": "partially_filled", "filled_quantity": "0.5", "reason": "seen late"},
    )

    assert values(row, ORDERS) == {"status": "filled", "filled_quantity": "1", "reason": None}


def test_an_order_ranks_higher_after_every_legal_step():
    for status, following in TRANSITIONS.items():
        for later in following - {status}:
            assert ORDERS.ranks[later] > ORDERS.ranks[status]


def test_orders_end_in_ranks_that_are_equal_and_above_all_others():
    ends = {status for status in OrderStatus if status.terminal}

    assert ORDERS.final == ends
    assert len({ORDERS.ranks[status] for status in ends}) == 1
    assert max(ORDERS.ranks[status] for status in OrderStatus if status.open) < ORDERS.ranks[OrderStatus.FILLED]


def test_a_status_of_a_newer_version_weighs_less_than_a_known_one():
    row = rivals({"status": "new"}, {"status": "accepted"}, {"status": "parked"})

    assert values(row, ORDERS) == {"status": "accepted"}


def test_a_halt_wins_over_a_newer_resumption_that_did_not_know_it_and_keeps_its_reason():
    row = rivals(
        {"halted": "0", "reason": ""},
        {"halted": "1", "reason": "flash crash"},
        {"halted": "0", "reason": "all clear"},
    )

    assert values(row, HALT) == {"halted": "1", "reason": "flash crash"}


def test_trading_resumes_for_good_once_someone_who_knows_of_the_halt_says_so():
    row = rivals({"halted": "0"}, {"halted": "1"}, {"halted": "0"})

    resumed = written(row, at(4, B), {"halted": "0"})

    assert values(join(row, resumed), HALT) == {"halted": "0"}


def test_a_second_halt_is_not_undone_by_a_resumption_that_knew_only_the_first():
    first = written(UNHEARD, at(1, A), {"halted": "1"})
    again = written(written(first, at(2, A), {"halted": "0"}), at(3, A), {"halted": "1"})
    resumed = written(first, at(4, B), {"halted": "0"})

    assert values(join(again, resumed), HALT) == {"halted": "1"}


def test_the_lower_of_two_limits_wins_as_a_number_column_by_column():
    row = rivals(
        {"max_position": "0.5", "max_open_orders": "50"},
        {"max_position": "0.25", "max_open_orders": "100"},
        {"max_position": "0.3", "max_open_orders": "20"},
    )

    assert values(row, LIMITS) == {"max_position": "0.25", "max_open_orders": "20"}


def test_a_limit_can_be_raised_by_someone_who_knows_it():
    row = written(UNHEARD, at(1, A), {"max_position": "0.25"})
    raised = written(row, at(2, B), {"max_position": "0.5"})

    assert values(join(row, raised), LIMITS) == {"max_position": "0.5"}


@pytest.mark.parametrize("nonsense", [None, "", "lots", "NaN", "-Infinity", "1e3"])
def test_what_is_no_number_never_wins_over_a_limit(nonsense):
    assert values(rivals({"max_position": "1"}, {"max_position": "9"}, {"max_position": nonsense}), LIMITS) == {
        "max_position": "9"
    }


@given(st.lists(st.decimals("0.01", "1", places=2), min_size=2, max_size=5))
def test_of_any_number_of_rival_limits_the_lowest_shows(limits):
    merged = written(UNHEARD, at(1, A), {"max_position": "1"})
    base = merged
    for number, limit in enumerate(limits):
        boot = Boot(f"{number:016x}")
        merged = join(merged, written(base, at(2 + number, boot), {"max_position": str(limit)}))

    assert Decimal(values(merged, LIMITS)["max_position"]) == min(limits)


def test_the_same_fact_recorded_on_two_nodes_is_one_write():
    content = {"close": "100", "volume": None}
    ours, theirs = (written(UNHEARD, content_stamp(content), dict(content)) for _ in range(2))

    assert join(ours, theirs) == ours == theirs


def test_of_two_facts_with_one_key_every_node_shows_the_same_whole():
    one, two = {"close": "100", "volume": "5"}, {"close": "101", "volume": "4"}
    ours, theirs = written(UNHEARD, content_stamp(one), one), written(UNHEARD, content_stamp(two), two)

    assert values(join(ours, theirs), UNION) == values(join(theirs, ours), UNION)
    assert values(join(ours, theirs), UNION) in (one, two)


def test_the_defaults_of_a_new_installation_never_win_over_what_someone_chose():
    defaults = {"enabled": "1", "allocation": "0.1"}
    chosen = written(UNHEARD, at(1, A), {"enabled": "0", "allocation": "0.5"})
    seeded = written(UNHEARD, content_stamp(defaults), defaults)

    assert values(join(seeded, chosen), COLUMNS) == {"enabled": "0", "allocation": "0.5"}


def test_a_column_that_only_one_of_the_rivals_has_is_shown():
    ours = written(UNHEARD, at(1, A), {"close": "100"})
    newer_schema = written(UNHEARD, at(2, B), {"close": "101", "trades": "7"})

    assert values(join(ours, newer_schema), UNION) == {"close": "101", "trades": "7"}


def test_a_deleted_row_shows_nothing():
    row = written(UNHEARD, at(1, A), {"x": "1"})

    assert shown(deleted(row, at(2, A)), COLUMNS) == {}
    assert shown(UNHEARD, COLUMNS) == {}
