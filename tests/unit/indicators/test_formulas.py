"""Every indicator agrees with its formula written out over all values at once."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import fsum
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.indicators import ATR, EMA, MACD, RSI, SMA, Bollinger

prices = st.floats(min_value=1e-4, max_value=1e6)
series = st.lists(prices, min_size=1, max_size=80)
periods = st.integers(min_value=1, max_value=20)


def ema_of(values: Sequence[float], period: int, weight: float | None = None) -> float | None:
    """The first `period` values count as their mean; what follows weighs less the older it is."""
    if len(values) < period:
        return None
    weight = 2 / (period + 1) if weight is None else weight
    later = values[period:]
    terms = [weight * (1 - weight) ** age * value for age, value in enumerate(reversed(later))]
    return fsum([fmean(values[:period]) * (1 - weight) ** len(later), *terms])


def wilder_of(values: Sequence[float], period: int) -> float | None:
    return ema_of(values, period, weight=1 / period)


def close_to(expected: float, values: Sequence[float], precision: float = 1e-12) -> object:
    """Equal but for rounding, which is measured by the largest value that took part."""
    return pytest.approx(expected, rel=0, abs=precision * max(values))


@given(series, periods)
def test_sma_is_the_mean_of_the_window(values: list[float], period: int) -> None:
    sma = SMA(period)
    for seen, value in enumerate(values, start=1):
        average = sma.update(value)
        window = values[max(0, seen - period) : seen]
        if seen < period:
            assert average is None
        else:
            assert average == close_to(fmean(window), values[max(0, seen - 2 * period) : seen])


@given(series, periods)
def test_ema_weighs_by_age(values: list[float], period: int) -> None:
    ema = EMA(period)
    for seen, value in enumerate(values, start=1):
        average, expected = ema.update(value), ema_of(values[:seen], period)
        assert average == (None if expected is None else close_to(expected, values))


@given(series, periods)
def test_rsi_compares_the_average_gain_with_the_average_movement(values: list[float], period: int) -> None:
    rsi = RSI(period)
    for seen, value in enumerate(values, start=1):
        index = rsi.update(value)
        changes = [after - before for before, after in pairwise(values[:seen])]
        gain = wilder_of([max(change, 0) for change in changes], period)
        loss = wilder_of([max(-change, 0) for change in changes], period)
        if gain is None or loss is None:
            assert index is None
        elif gain + loss == 0:
            assert index == 50
        else:
            assert index == pytest.approx(100 * gain / (gain + loss), abs=1e-6)


@given(st.lists(st.tuples(prices, prices, prices), min_size=1, max_size=80), periods)
def test_atr_averages_the_true_ranges(candles: list[tuple[float, float, float]], period: int) -> None:
    atr, ranges, previous = ATR(period), [], None
    for one, two, three in candles:
        low, close, high = sorted((one, two, three))
        reach = (high, low) if previous is None else (high, low, previous)
        ranges.append(max(reach) - min(reach))
        previous = close
        average, expected = atr.update(high, low, close), wilder_of(ranges, period)
        assert average == (None if expected is None else close_to(expected, [1.0, *ranges]))


@given(series, periods, st.floats(min_value=0.5, max_value=4))
def test_bollinger_spans_the_standard_deviation(values: list[float], period: int, multiple: float) -> None:
    bollinger = Bollinger(period, multiple)
    for seen, value in enumerate(values, start=1):
        bands = bollinger.update(value)
        if seen < period:
            assert bands is None
            continue
        assert bands is not None
        recent, window = values[max(0, seen - 2 * period) : seen], values[seen - period : seen]
        assert bands.middle == close_to(fmean(window), recent)
        assert bands.upper - bands.middle == close_to(bands.middle - bands.lower, recent)
        deviation = (bands.upper - bands.lower) / 2 / multiple
        assert deviation**2 == pytest.approx(pvariance(window), rel=1e-9, abs=1e-11 * max(recent) ** 2)


@given(st.lists(prices, min_size=1, max_size=60), st.integers(1, 8), st.integers(1, 8), st.integers(1, 8))
def test_macd_is_the_distance_of_two_averages(values: list[float], fast: int, more: int, signal: int) -> None:
    macd, distances = MACD(fast, fast + more, signal), []
    for seen, value in enumerate(values, start=1):
        figures = macd.update(value)
        slow_average, fast_average = ema_of(values[:seen], fast + more), ema_of(values[:seen], fast)
        if slow_average is not None and fast_average is not None:
            distances.append(fast_average - slow_average)
        average = ema_of(distances, signal)
        if average is None:
            assert figures is None
        else:
            assert figures is not None
            assert figures.macd == close_to(distances[-1], values)
            assert figures.signal == close_to(average, values)
            assert figures.histogram == close_to(distances[-1] - average, values)


def test_figures_worked_out_by_hand() -> None:
    """EMA(3) weighs by a half; RSI(2) after +2, −1 and +1 is 1 against 0.25; ATR(2) takes in a gap."""
    assert _last(EMA(3).update, 1, 2, 3, 4, 5) == 4
    assert _last(RSI(2).update, 10, 12, 11, 12) == pytest.approx(80)
    atr = ATR(2)
    assert [atr.update(12, 10, 11), atr.update(15, 14, 14), atr.update(14, 12, 13)] == [None, 3, 2.5]


@pytest.mark.parametrize(("values", "index"), [((5, 5, 5), 50), ((5, 6, 7), 100), ((7, 6, 5), 0)])
def test_rsi_at_its_limits(values: tuple[float, ...], index: float) -> None:
    assert _last(RSI(2).update, *values) == index


def test_bollinger_of_a_flat_market_has_no_width() -> None:
    assert _last(Bollinger(3, 2.0).update, 1e5, 7, 7, 7, 7, 7, 7) == (7, 7, 7)


def _last(update: Callable[[float], object], *values: float) -> object:
    return [update(value) for value in values][-1]
