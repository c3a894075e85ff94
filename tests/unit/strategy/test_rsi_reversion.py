"""RSI mean reversion: enters when the index comes back from below, exits when it has recovered."""

from support.build import candles
from support.follow import HOLDING, a_strategy, actions, signals

FALL = range(100, 90, -1)


def test_it_enters_as_the_index_comes_back_and_exits_as_it_recovers() -> None:
    wanted = signals(a_strategy("rsi_reversion", period=3), candles(*FALL, "92", "92.5", "93"))
    assert {number: signal.action.value for number, signal in wanted.items()} == {10: "enter", 12: "exit"}
    assert wanted[10].reason == "RSI 33.3 back above 30"
    assert wanted[12].reason == "RSI 59.0 recovered"


def test_falling_alone_is_no_reason_to_enter() -> None:
    assert actions(a_strategy("rsi_reversion", period=3), candles(*range(200, 100, -1))) == {}


def test_a_market_that_stands_still_is_left_alone() -> None:
    assert actions(a_strategy("rsi_reversion", period=3), candles(*[100] * 50)) == {}


def test_while_it_holds_it_does_not_enter_again() -> None:
    strategy = a_strategy("rsi_reversion", period=3, recovered="99")
    assert actions(strategy, candles(*FALL, "92", *range(91, 80, -1), "83"), HOLDING) == {}


def test_the_levels_are_the_owners() -> None:
    series = candles(*FALL, "92", "92.5", "93")
    assert actions(a_strategy("rsi_reversion", period=3, oversold="34"), series) == {11: "enter", 12: "exit"}
    assert actions(a_strategy("rsi_reversion", period=3, recovered="90"), series) == {10: "enter"}
