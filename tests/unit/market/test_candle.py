"""Candles: only possible ones can be built, and missing ones are noticed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.market.candle import gap_between
from domain.market.timeframe import Timeframe
from support.build import START, a_candle, minutes
from support.generate import timeframes

PRICES = {"open": "100", "high": "110", "low": "90", "close": "105"}


def test_a_candle_closes_when_the_next_one_opens() -> None:
    assert a_candle(**PRICES, timeframe=Timeframe.H4).close_time == START + timedelta(hours=4)


def test_a_candle_may_stand_still() -> None:
    candle = a_candle(open="100", high="100", low="100", close="100", volume="0")
    assert (candle.low, candle.high, candle.volume) == (100, 100, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"low": "100.01"}, "low"),
        ({"high": "104.99"}, "high"),
        ({"open": "89.99"}, "low"),
        ({"open": "110.01"}, "high"),
        ({"close": "89.99"}, "low"),
        ({"close": "110.01"}, "high"),
        ({"low": "0"}, "low"),
        ({"low": "-1"}, "low"),
        ({"volume": "-0.01"}, "volume"),
    ],
)
def test_impossible_figures_are_refused(changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_candle(**(PRICES | changes))
    assert refusal.value.field == field


@pytest.mark.parametrize("field", ["open", "high", "low", "close", "volume"])
@pytest.mark.parametrize("odd", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity"])
def test_figures_that_are_no_numbers_are_refused(field: str, odd: str) -> None:
    with pytest.raises(Invalid):
        a_candle(**(PRICES | {"volume": "1", field: odd}))


def test_a_candle_of_nothing_but_infinities_is_refused() -> None:
    with pytest.raises(Invalid):
        a_candle(open="Infinity", high="Infinity", low="Infinity", close="Infinity")


@pytest.mark.parametrize(
    "open_time",
    [
        START + timedelta(seconds=1),
        START + timedelta(microseconds=1),
        START.replace(tzinfo=None),
        START.astimezone(timezone(timedelta(hours=2))),
        datetime(9999, 12, 31, 23, 55, tzinfo=UTC),
    ],
)
def test_an_opening_time_must_be_utc_aligned_and_leave_room_to_close(open_time: datetime) -> None:
    with pytest.raises(Invalid) as refusal:
        a_candle(open_time=open_time)
    assert refusal.value.field == "open_time"


@given(timeframes, st.integers(min_value=-1000, max_value=1000))
def test_a_gap_counts_exactly_the_candles_in_between(timeframe: Timeframe, distance: int) -> None:
    start = timeframe.floor(START)
    candle = a_candle(timeframe=timeframe, open_time=start + distance * timeframe.duration)
    gap = gap_between(start, candle)
    if distance <= 1:
        assert gap is None
    else:
        assert gap is not None
        assert gap.missing == distance - 1
        assert (gap.start, gap.end) == (start + timeframe.duration, candle.open_time)
        assert (gap.symbol, gap.timeframe) == (candle.symbol, timeframe)


def test_the_next_candle_leaves_no_gap_and_neither_does_an_old_one() -> None:
    assert gap_between(START, a_candle(open_time=START + minutes(5))) is None
    assert gap_between(START, a_candle(open_time=START)) is None
    assert gap_between(START, a_candle(open_time=START - minutes(50))) is None
