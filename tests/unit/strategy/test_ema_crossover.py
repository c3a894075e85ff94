"""EMA crossover: enters a trend as it begins, leaves it when it turns or falls to the stop."""

from domain.strategy.signal import Action
from support.build import a_candle, candles
from support.follow import HOLDING, NOTHING, a_strategy, actions, signals

QUICK = {"fast": 2, "slow": 4, "atr_period": 2}
DOWN, UP = range(100, 90, -1), range(90, 110)


def test_it_enters_when_the_fast_average_crosses_above_and_leaves_when_it_falls_below() -> None:
    strategy = a_strategy("ema_crossover", **QUICK, atr_multiple="100")
    wanted = signals(strategy, candles(*DOWN, *UP, *range(110, 100, -1)))
    assert {number: signal.action for number, signal in wanted.items()} == {12: Action.ENTER, 32: Action.EXIT}
    assert wanted[12].reason == "EMA 91.611111 crossed above 91.58"
    assert wanted[32].reason == "EMA 108.38889 fell below 108.42004"


def test_a_trend_that_was_there_from_the_start_is_not_entered() -> None:
    assert actions(a_strategy("ema_crossover", **QUICK), candles(*UP)) == {}


def test_a_market_that_stands_still_is_left_alone() -> None:
    assert actions(a_strategy("ema_crossover", **QUICK), candles(*[100] * 50)) == {}


def test_the_stop_trails_the_close_by_its_multiple_of_the_true_range() -> None:
    strategy = a_strategy("ema_crossover", fast=2, slow=20, atr_period=2, atr_multiple="2")
    series = candles(*range(120, 90, -1), *range(90, 130), "127.01", "127")
    wanted = signals(strategy, series)
    assert list(wanted)[-1] == len(series) - 1
    assert wanted[len(series) - 1].reason == "close 127 reached the stop 127"


def test_the_stop_is_never_lowered() -> None:
    strategy = a_strategy("ema_crossover", fast=2, slow=20, atr_period=2, atr_multiple="2")
    rise = candles(*range(120, 90, -1), *range(90, 130))
    wild = a_candle(open="129", high="180", low="80", close="129", open_time=rise[-1].close_time)
    after = candles("129", "126.9", open_time=wild.close_time)
    assert list(actions(strategy, [*rise, wild, *after]))[-1] == len(rise) + len(after)


def test_a_new_entry_starts_with_a_new_stop() -> None:
    strategy = a_strategy("ema_crossover", **QUICK, atr_multiple="1")
    fall = candles(*UP, *range(110, 50, -1))
    assert list(actions(strategy, fall, HOLDING).values()) == ["exit"]
    rise = candles(*range(51, 70), open_time=fall[-1].close_time)
    assert list(actions(strategy, rise, NOTHING).values()) == ["enter"]


def test_after_the_stop_it_waits_for_the_next_crossing() -> None:
    strategy = a_strategy("ema_crossover", fast=2, slow=20, atr_period=2, atr_multiple="2")
    series = candles(*range(120, 90, -1), *range(90, 130), "125", *range(125, 140))
    assert list(actions(strategy, series).values()) == ["enter", "exit"]
