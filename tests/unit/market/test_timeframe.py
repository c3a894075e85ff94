"""Timeframes: candles start at multiples of their length since the Unix epoch, before and after it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.timeframe import Timeframe
from domain.shared.time import EPOCH
from support.generate import timeframes

since_1900 = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_every_timeframe_lasts_as_long_as_its_name_says() -> None:
    durations = {timeframe.value: timeframe.duration for timeframe in Timeframe}
    assert durations == {
        **{f"{n}m": timedelta(minutes=n) for n in (1, 3, 5, 15, 30)},
        **{f"{n}h": timedelta(hours=n) for n in (1, 2, 4, 6, 12)},
        "1d": timedelta(days=1),
    }


@given(timeframes, since_1900)
def test_every_instant_lies_in_exactly_one_candle(timeframe: Timeframe, instant: datetime) -> None:
    start = timeframe.floor(instant)
    assert timeframe.aligned(start)
    assert start <= instant < start + timeframe.duration


@given(timeframes, st.integers(min_value=-100_000, max_value=100_000))
def test_only_multiples_of_the_timeframe_are_aligned(timeframe: Timeframe, number: int) -> None:
    start = EPOCH + number * timeframe.duration
    assert timeframe.aligned(start)
    assert timeframe.floor(start) == start
    assert not timeframe.aligned(start + timedelta(microseconds=1))
    assert not timeframe.aligned(start - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("timeframe", "start"),
    [
        (Timeframe.M5, datetime(1969, 12, 31, 23, 55, tzinfo=UTC)),
        (Timeframe.H4, datetime(1969, 12, 31, 20, tzinfo=UTC)),
        (Timeframe.D1, datetime(1969, 12, 31, tzinfo=UTC)),
    ],
)
def test_before_the_epoch_candles_start_earlier_and_not_later(timeframe: Timeframe, start: datetime) -> None:
    assert timeframe.floor(EPOCH - timedelta(seconds=1)) == start


def test_a_zone_does_not_move_a_candle() -> None:
    instant = datetime(2025, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert Timeframe.D1.floor(instant) == datetime(2024, 12, 31, tzinfo=UTC)
