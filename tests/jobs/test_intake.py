"""The intake draws one item at a time, and tells how the stream ended."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.errors import Unavailable
from entrypoints.jobs.intake import Intake
from entrypoints.jobs.pulse import Pulse

pytestmark = pytest.mark.anyio


class Numbers:
    """A stream of numbers that remembers how far it was drawn, and whether it was closed."""

    def __init__(self, *failure: Exception) -> None:
        self.drawn = 0
        self.closed = False
        self.failure = failure

    async def stream(self) -> AsyncIterator[int]:
        try:
            for number in (1, 2, 3):
                self.drawn = number
                yield number
            for failure in self.failure:
                raise failure
        finally:
            self.closed = True


async def settled() -> None:
    await asyncio.sleep(0.1)


async def test_nothing_is_drawn_before_what_came_last_was_taken_care_of() -> None:
    numbers = Numbers()
    intake = Intake(numbers.stream(), Pulse())
    await settled()
    assert intake.take() == 1
    await settled()
    assert (intake.take(), numbers.drawn) == (None, 1)
    intake.done()
    await settled()
    assert (intake.take(), numbers.drawn) == (2, 2)
    await intake.close()


async def test_a_stream_that_ended_has_ended_once_all_of_it_was_taken() -> None:
    intake = Intake(Numbers().stream(), Pulse())
    taken = []
    while not intake.ended():
        await settled()
        if (number := intake.take()) is not None:
            taken.append(number)
            intake.done()
    assert taken == [1, 2, 3]


async def test_what_broke_the_stream_is_raised_after_its_last_item() -> None:
    intake = Intake(Numbers(Unavailable("connection reset")).stream(), Pulse())
    for number in (1, 2, 3):
        await settled()
        assert not intake.ended()
        assert intake.take() == number
        intake.done()
    await settled()
    with pytest.raises(Unavailable):
        intake.ended()
    await intake.close()


async def test_closing_closes_the_stream_wherever_it_is() -> None:
    numbers = Numbers()
    intake = Intake(numbers.stream(), Pulse())
    await settled()
    await intake.close()
    assert numbers.closed


async def test_an_arrival_and_the_end_are_announced() -> None:
    arrived = Pulse()
    intake = Intake(Numbers().stream(), arrived)
    for number in (1, 2, 3):
        await arrived.wait(1)
        assert intake.take() == number
        intake.done()
    await arrived.wait(1)
    assert intake.ended()
