"""Equity marks: the day's first equity and the highest so far, in UTC days."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.shared.money import Money
from domain.trading.risk import EquityMarks
from support.build import START, minutes


def equity(value: int) -> Money:
    return Money(Decimal(value))


def test_the_first_equity_is_both() -> None:
    marks = EquityMarks.first(equity(100), START)
    assert (marks.day, marks.day_start, marks.peak) == (datetime(2025, 1, 1, tzinfo=UTC), 100, 100)


def test_within_a_day_only_a_higher_equity_counts() -> None:
    marks = EquityMarks.first(equity(100), START)
    assert marks.seen(equity(90), START + minutes(5)) == marks
    higher = marks.seen(equity(110), START + minutes(10))
    assert (higher.day_start, higher.peak, higher.as_of) == (100, 110, START + minutes(10))


def test_midnight_begins_a_day_and_keeps_the_peak() -> None:
    marks = EquityMarks.first(equity(100), START).seen(equity(60), START + minutes(12 * 60))
    assert (marks.day, marks.day_start, marks.peak) == (datetime(2025, 1, 2, tzinfo=UTC), 60, 100)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 600)), min_size=1))
def test_the_marks_are_those_of_the_whole_history(steps: list[tuple[int, int]]) -> None:
    at, history, marks = START, [], None
    for value, pause in steps:
        at += minutes(pause)
        history.append((at.date(), value))
        marks = EquityMarks.first(equity(value), at) if marks is None else marks.seen(equity(value), at)
    assert marks is not None
    assert marks.peak == max(value for _, value in history)
    assert marks.day_start == next(value for day, value in history if day == at.date())
