"""Hold: enters once, and then nothing moves it."""

from support.build import candles
from support.follow import NOTHING, a_strategy, actions


def test_it_enters_with_the_first_candle_and_never_again() -> None:
    strategy = a_strategy("hold")
    assert actions(strategy, candles(100, 50, 200, 10)) == {0: "enter"}
    assert actions(strategy, candles(10, 20), NOTHING) == {}


def test_an_entry_that_came_to_nothing_is_asked_for_again_after_a_hundred_candles() -> None:
    strategy = a_strategy("hold")
    asked = [n for n, candle in enumerate(candles(*[100] * 250)) if strategy.on_candle(candle, NOTHING)]
    assert asked == [0, 101, 202]
