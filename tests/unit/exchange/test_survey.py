"""What is inferred about a market from its file."""

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.exchange.candle_file import CandleFile
from adapters.exchange.survey import MINIMUM_NOTIONAL, Survey, survey
from domain.errors import Invalid
from support.build import START, candles, minutes
from support.market import candle_file, rows_file


def surveyed(path: Path) -> Survey:
    return survey(CandleFile.named(path))


@pytest.mark.parametrize(
    ("rows", "tick"),
    [
        (["1735732800000,10,12,9,11,3"], "1"),
        (["1735732800000,10,12,9.5,11,3"], "0.1"),
        (["1735732800000,10,12,9.5,11,3", "1735733100000,10,12.125,9.5,11,3"], "0.001"),
        (["1735732800000,10.10,12,9.5,11,3"], "0.01"),
        (["1735732800000,0.000000000000000001,999999999999999999,0.000000000000000001,11,3"], "0.000000000000000001"),
    ],
)
def test_the_tick_is_the_finest_place_of_the_prices(tmp_path: Path, rows: list[str], tick: str) -> None:
    assert surveyed(rows_file(tmp_path, *rows)).symbol.price_tick == Decimal(tick)


@pytest.mark.parametrize(
    ("row", "step"),
    [
        ("1735732800000,0.5,0.6,0.4,0.5,1000", "1"),
        ("1735732800000,2,4,1,2,1000.25", "0.01"),
        ("1735732800000,2,5,1,2,1000", "1"),
        ("1735732800000,2,5.01,1,2,1000", "0.1"),
        ("1735732800000,60000,70000,50000,60000,1000", "0.00001"),
        ("1735732800000,60000,70000,50000,60000,0.0000001", "0.0000001"),
    ],
)
def test_a_step_is_the_finest_place_of_the_volumes_and_not_worth_more_than_the_smallest_order(
    tmp_path: Path, row: str, step: str
) -> None:
    symbol = surveyed(rows_file(tmp_path, row)).symbol
    assert (symbol.quantity_step, symbol.minimum_notional) == (Decimal(step), MINIMUM_NOTIONAL)


def test_it_knows_where_there_are_candles(tmp_path: Path) -> None:
    script = candles(1, 2, 3, 4, 5, 6)
    found = surveyed(candle_file(tmp_path, script[:2] + script[4:]))
    assert found.opens == START
    assert found.holds(START + minutes(5), START + minutes(6))
    assert not found.holds(START + minutes(6), START + minutes(20))
    assert not found.holds(START + minutes(30), START + minutes(300))


def test_a_file_without_candles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no candles"):
        surveyed(rows_file(tmp_path))
