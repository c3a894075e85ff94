"""The hybrid logical clock keeps its promises on any wall clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid, Unavailable
from domain.sync.clock import (
    LAST_COUNT,
    LAST_MILLISECOND,
    Boot,
    HybridClock,
    Stamp,
    boot_of,
    checked_boot,
    checked_stamp,
    drift,
    millisecond_of,
    stamp_of,
)

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
MINE, THEIRS = Boot("00000000000000aa"), Boot("00000000000000bb")

walls = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
near = st.integers(-3, 3).map(lambda ms: NOON + timedelta(milliseconds=ms))
stamps = st.builds(
    stamp_of,
    st.integers(0, LAST_MILLISECOND - 1),
    st.sampled_from([0, 1, LAST_COUNT - 1, LAST_COUNT]),
    st.sampled_from([MINE, THEIRS]),
)
nearby = st.builds(
    stamp_of,
    st.integers(-3, 3).map(lambda ms: int(NOON.timestamp() * 1000) + ms),
    st.sampled_from([0, 1, LAST_COUNT - 1, LAST_COUNT]),
    st.sampled_from([MINE, THEIRS]),
)


@settings(max_examples=3000)
@given(st.lists(walls | near | stamps | nearby, max_size=12))
def test_what_is_minted_is_later_than_everything_minted_or_received_before(history):
    clock, newest = HybridClock(boot=MINE), Stamp("")
    for event in history:
        if isinstance(event, datetime):
            clock, stamp = clock.tick(event)
            assert stamp > newest
            assert boot_of(stamp) == MINE
            newest = stamp
        else:
            clock = clock.received(event)
            newest = max(newest, event)


@given(st.lists(walls, min_size=1, max_size=12))
def test_without_messages_the_clock_stays_with_the_furthest_wall_time_seen(walls):
    clock = HybridClock(boot=MINE)
    for wall in walls:
        clock, stamp = clock.tick(wall)

    assert abs(drift(stamp, max(walls))) < timedelta(milliseconds=1)


@given(st.tuples(stamps, stamps))
def test_stamps_sort_as_text_by_millisecond_then_counter_then_boot(pair):
    one, other = pair

    def parts(stamp):
        return millisecond_of(stamp), int(stamp[12:16], 16), boot_of(stamp)

    assert (one < other) == (parts(one) < parts(other))


def test_a_standing_wall_clock_makes_the_counter_run_and_a_full_counter_borrows_a_millisecond():
    clock = HybridClock(boot=MINE).received(stamp_of(1000, LAST_COUNT - 1, THEIRS))

    clock, full = clock.tick(datetime(1970, 1, 1, tzinfo=UTC))
    clock, borrowed = clock.tick(datetime(1970, 1, 1, tzinfo=UTC))

    assert full == stamp_of(1000, LAST_COUNT, MINE)
    assert borrowed == stamp_of(1001, 0, MINE)


def test_a_clock_years_ahead_is_followed_and_its_drift_told():
    ahead = stamp_of(int((NOON + timedelta(days=365)).timestamp() * 1000), 7, THEIRS)

    _, stamp = HybridClock(boot=MINE).received(ahead).tick(NOON)

    assert stamp > ahead
    assert drift(ahead, NOON) == timedelta(days=365)
    assert drift(stamp_of(0, 0, THEIRS), NOON) < timedelta(0)


def test_the_end_of_the_range_is_told():
    clock = HybridClock(boot=MINE).received(stamp_of(LAST_MILLISECOND, LAST_COUNT, THEIRS))

    with pytest.raises(Unavailable) as error:
        clock.tick(NOON)

    assert error.value.code == "clock_exhausted"


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 31 + "\n", "٠" * 32])
def test_what_is_no_stamp_is_refused(text):
    with pytest.raises(Invalid):
        checked_stamp(text)


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 17, "x" * 16])
def test_what_is_no_boot_is_refused(text):
    with pytest.raises(Invalid):
        checked_boot(text)


def test_well_formed_names_are_taken():
    assert checked_boot(MINE) == MINE
    assert checked_stamp(stamp_of(1, 2, MINE)) == "0000000000010002" + MINE
