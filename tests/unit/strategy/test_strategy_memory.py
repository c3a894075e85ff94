"""A strategy's memory: written down at any candle and read back, it goes on as if nothing had happened."""

import json
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.market.candle import Candle
from domain.strategy.signal import Action
from domain.strategy.strategy import Strategy, dump, restore
from support.build import candles
from support.follow import HOLDING, NOTHING, a_strategy, signals
from support.generate import candle_series

QUICK: dict[str, dict[str, Any]] = {
    "ema_crossover": {"fast": 2, "slow": 5, "atr_period": 3, "atr_multiple": "1.5"},
    "rsi_reversion": {"period": 3, "oversold": "40", "recovered": "60"},
    "hold": {},
}
by_name = pytest.mark.parametrize("name", QUICK)


def quick(name: str) -> Strategy:
    return a_strategy(name, **QUICK[name])


def reborn(strategy: Strategy, name: str) -> Strategy:
    """Another strategy with the same memory, after a trip through JSON."""
    fresh = quick(name)
    restore(fresh, json.loads(json.dumps(dump(strategy), allow_nan=False)))
    return fresh


@by_name
@given(series=candle_series(), cut=st.integers(min_value=0, max_value=120), holding=st.booleans())
def test_a_restored_strategy_wants_the_same_from_there_on(
    name: str, series: list[Candle], cut: int, holding: bool
) -> None:
    position = HOLDING if holding else NOTHING
    first, rest = series[:cut], series[cut:]
    strategy = quick(name)
    signals(strategy, first)
    heir = reborn(strategy, name)
    assert dump(heir) == dump(strategy)
    assert signals(heir, rest, position) == signals(strategy, rest, position)
    assert dump(heir) == dump(strategy)


@by_name
@given(series=candle_series(min_size=2))
def test_what_was_written_down_does_not_change_afterwards(name: str, series: list[Candle]) -> None:
    strategy = quick(name)
    signals(strategy, series[:-1])
    written = dump(strategy)
    copy = json.dumps(written)
    signals(reborn(strategy, name), series)
    signals(strategy, series[-1:])
    assert json.dumps(written) == copy


@by_name
@given(series=candle_series())
def test_it_enters_with_nothing_and_exits_with_something_and_not_before_it_is_warm(
    name: str, series: list[Candle]
) -> None:
    strategy = quick(name)
    wanted = signals(strategy, series)
    assert [signal.action for signal in wanted.values()] == list(islice(cycle(Action), len(wanted)))
    assert all(number >= strategy.warmup and signal.reason for number, signal in wanted.items())


@pytest.mark.parametrize(
    ("name", "closes"),
    [
        ("ema_crossover", [104, 103, 102, 101, 100, 120]),
        ("rsi_reversion", [103, 102, 101, 100, 120]),
        ("hold", [100]),
    ],
)
def test_a_warm_strategy_may_enter_at_once(name: str, closes: list[int]) -> None:
    strategy = quick(name)
    assert strategy.warmup == len(closes) - 1
    assert list(signals(strategy, candles(*closes))) == [strategy.warmup]


def test_the_memory_of_another_strategy_is_refused() -> None:
    with pytest.raises(KeyError):
        restore(quick("ema_crossover"), dump(quick("rsi_reversion")))


def test_parameters_are_no_part_of_the_memory() -> None:
    assert "parameters" not in dump(quick("ema_crossover"))
    assert dump(quick("hold")) == {"patience": 0}
