"""A million updates later, the figures are still those of the last candles."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import fsum
from random import Random
from statistics import fmean, pstdev
from typing import TypeVar

import pytest

from domain.market.indicators import ATR, EMA, MACD, RSI, SMA, Bollinger

T = TypeVar("T")


@pytest.fixture(scope="module")
def prices() -> Sequence[float]:
    """A million that wander between a hundredth and a hundred thousand."""
    random, price, walk = Random(7), 50_000.0, []
    for _ in range(1_000_000):
        price = min(max(price * random.uniform(0.98, 1.0204), 0.01), 100_000.0)
        walk.append(price)
    return walk


def test_sma_does_not_drift(prices: Sequence[float]) -> None:
    assert _last(SMA(20).update, prices) == pytest.approx(fmean(prices[-20:]), rel=1e-14)


def test_sma_recovers_from_a_price_that_was_wrong(prices: Sequence[float]) -> None:
    assert _last(SMA(20).update, [1e300, *prices[-40:]]) == pytest.approx(fmean(prices[-20:]), rel=1e-14)


def test_bollinger_does_not_drift(prices: Sequence[float]) -> None:
    bands = _last(Bollinger(20, 2.0).update, prices)
    assert bands is not None
    assert bands.middle == pytest.approx(fmean(prices[-20:]), rel=1e-14)
    assert bands.upper - bands.middle == pytest.approx(2 * pstdev(prices[-20:]), rel=1e-11)


def test_bollinger_measures_small_moves_of_a_large_price() -> None:
    values = [1e8 + 0.01 * (number % 3) for number in range(10_000)]
    bands = _last(Bollinger(20, 2.0).update, values)
    assert bands is not None
    assert bands.upper - bands.middle == pytest.approx(2 * pstdev(values[-20:]), rel=1e-6)


def test_averages_that_weigh_by_age_do_not_drift(prices: Sequence[float]) -> None:
    changes = [after - before for before, after in pairwise(prices[-2000:])]
    gain, loss = (_weighed([max(sign * change, 0) for change in changes], 1 / 14) for sign in (1, -1))
    fast, slow = _weighed(prices[-2000:], 2 / 13), _weighed(prices[-2000:], 2 / 27)
    atr, macd = ATR(14), _last(MACD(12, 26, 9).update, prices)
    assert _last(EMA(26).update, prices) == pytest.approx(slow, rel=1e-13)
    assert _last(RSI(14).update, prices) == pytest.approx(100 * gain / (gain + loss), rel=1e-12)
    assert _last(lambda price: atr.update(price, price, price), prices) == pytest.approx(gain + loss, rel=1e-12)
    assert macd is not None
    assert macd.macd == pytest.approx(fast - slow, rel=1e-9)


def _weighed(values: Sequence[float], weight: float) -> float:
    """Their average, the last one weighing most; what came before has faded away."""
    return fsum(weight * (1 - weight) ** age * value for age, value in enumerate(reversed(values)))


def _last(update: Callable[[float], T], values: Sequence[float]) -> T:
    result = update(values[0])
    for value in values[1:]:
        result = update(value)
    return result
