"""Market time passes at the pace that was asked for."""

from collections.abc import Sequence

import pytest

from adapters.exchange.pace import BATCH, Pace
from domain.errors import Invalid
from domain.market.candle import Candle
from support.build import START, candles, minutes
from support.market import Stopwatch

pytestmark = pytest.mark.anyio

CANDLES = candles(*range(100, 1300))
"""One closes every five minutes, the first at START + 5 minutes."""


def reader(script: Sequence[Candle]):
    rest = list(script)

    async def read(count: int) -> Sequence[Candle]:
        taken, rest[:] = rest[:count], rest[count:]
        return taken

    return read


async def test_at_sixty_times_the_pace_a_candle_of_five_minutes_takes_five_seconds() -> None:
    watch = Stopwatch()
    pace = Pace(speed=60, elapsed=watch.elapsed, sleep=watch.sleep)
    arrivals = [(watch.seconds, batch) async for batch in pace.batches(START, reader(CANDLES[:4]))]
    assert arrivals == [(5.0 * number, [candle]) for number, candle in enumerate(CANDLES[:4], start=1)]


async def test_candles_that_close_together_arrive_together() -> None:
    watch = Stopwatch()
    pace = Pace(speed=60, elapsed=watch.elapsed, sleep=watch.sleep)
    twice = [candle for candle in CANDLES[:3] for _ in range(2)]
    assert [len(batch) async for batch in pace.batches(START, reader(twice))] == [2, 2, 2]


async def test_what_was_due_before_the_start_arrives_at_once() -> None:
    watch = Stopwatch()
    pace = Pace(speed=1, elapsed=watch.elapsed, sleep=watch.sleep)
    batches = pace.batches(START + minutes(50), reader(CANDLES[:20]))
    assert (len(await anext(batches)), watch.seconds) == (10, 0)
    assert (len(await anext(batches)), watch.seconds) == (1, 300)


async def test_a_reader_that_was_held_up_catches_up_at_once() -> None:
    watch = Stopwatch()
    pace = Pace(speed=60, elapsed=watch.elapsed, sleep=watch.sleep)
    batches = pace.batches(START, reader(CANDLES[:20]))
    await anext(batches)
    watch.seconds += 30.5
    assert (len(await anext(batches)), watch.seconds) == (6, 35.5)
    assert (len(await anext(batches)), watch.seconds) == (1, 40.0)


async def test_without_a_speed_full_batches_arrive_without_waiting() -> None:
    watch = Stopwatch()
    pace = Pace(speed=None, elapsed=watch.elapsed, sleep=watch.sleep)
    batches = [batch async for batch in pace.batches(START, reader(CANDLES))]
    assert [len(batch) for batch in batches] == [BATCH, BATCH, 200]
    assert [candle for batch in batches for candle in batch] == CANDLES
    assert watch.seconds == 0


@pytest.mark.parametrize("speed", [0.001, 7, 999_983.1, 1_000_000])
async def test_every_candle_arrives_once_at_any_speed(speed: float) -> None:
    watch = Stopwatch()
    pace = Pace(speed=speed, elapsed=watch.elapsed, sleep=watch.sleep)
    batches = [batch async for batch in pace.batches(START, reader(CANDLES))]
    assert [candle for batch in batches for candle in batch] == CANDLES
    assert watch.seconds == pytest.approx(len(CANDLES) * 300 / speed)


@pytest.mark.parametrize("speed", [0, -1, 0.0009, 1_000_001, float("inf"), float("nan")])
def test_a_speed_has_its_limits(speed: float) -> None:
    with pytest.raises(Invalid, match=r"at least 0\.001 and at most 1000000"):
        Pace(speed=speed)
