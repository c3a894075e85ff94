"""The market's clock: the wall's on a live market, the last candle's close on any other."""

import pytest

from domain.market.clock import market_time
from domain.market.symbol import Source
from support.build import START, minutes

WALL = START + minutes(1_000_000)


@pytest.mark.parametrize("source", [Source.SIMULATED, Source.REPLAY])
def test_a_market_that_is_not_live_stands_at_its_last_close(source: Source) -> None:
    assert market_time(source, START, WALL) == START


def test_a_live_market_follows_the_wall() -> None:
    assert market_time(Source.LIVE, START, WALL) == WALL


@pytest.mark.parametrize("source", Source)
def test_before_the_first_candle_there_is_only_the_wall(source: Source) -> None:
    assert market_time(source, None, WALL) == WALL
