"""An indicator's memory can be written down, restored into a new one, and does not grow."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.market.indicators import ATR, EMA, MACD, RSI, SMA, Bollinger
from domain.strategy.strategy import dump, restore

prices = st.lists(st.floats(min_value=1e-4, max_value=1e6), max_size=60)

KINDS: dict[str, Callable[[], Any]] = {
    "sma": lambda: SMA(5),
    "ema": lambda: EMA(5),
    "rsi": lambda: RSI(5),
    "atr": lambda: ATR(5),
    "bollinger": lambda: Bollinger(5, 2.0),
    "macd": lambda: MACD(3, 5, 4),
}


def fed(indicator: Any, values: list[float]) -> list[object]:
    if isinstance(indicator, ATR):
        return [indicator.update(value * 1.1, value * 0.9, value) for value in values]
    return [indicator.update(value) for value in values]


@pytest.mark.parametrize("kind", KINDS)
@given(before=prices, after=prices)
def test_a_restored_indicator_goes_on_bit_for_bit(kind: str, before: list[float], after: list[float]) -> None:
    uninterrupted, interrupted, resumed = (KINDS[kind]() for _ in range(3))
    fed(interrupted, before)
    restore(resumed, json.loads(json.dumps(dump(interrupted))))
    assert fed(resumed, after) == fed(uninterrupted, before + after)[len(before) :]


@pytest.mark.parametrize("kind", KINDS)
def test_the_memory_does_not_grow(kind: str) -> None:
    indicator = KINDS[kind]()
    fed(indicator, [100.0] * 50)
    size = len(json.dumps(dump(indicator)))
    fed(indicator, [100.0] * 5000)
    assert len(json.dumps(dump(indicator))) == size


@pytest.mark.parametrize("period", [0, -1])
@pytest.mark.parametrize("kind", [SMA, EMA, RSI, ATR, Bollinger])
def test_a_period_is_at_least_one_candle(kind: Callable[[int], object], period: int) -> None:
    with pytest.raises(Invalid) as refusal:
        kind(period)
    assert refusal.value.field == "period"


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: MACD(0, 26, 9), "fast"),
        (lambda: MACD(12, 0, 9), "slow"),
        (lambda: MACD(12, 26, 0), "signal"),
        (lambda: MACD(26, 26, 9), "fast"),
        (lambda: Bollinger(20, 0.0), "multiple"),
        (lambda: Bollinger(20, float("nan")), "multiple"),
    ],
)
def test_other_parameters_have_their_rules(build: Callable[[], object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        build()
    assert refusal.value.field == field
