"""Pace: how fast the time of a simulated or replayed market passes."""

import asyncio
import time
from bisect import bisect_right
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import datetime

from attrs import frozen

from domain.errors import Invalid
from domain.market.candle import Candle

BATCH = 500
"""The most candles yielded at once."""

SLOWEST, FASTEST = 0.001, 1_000_000


@frozen(kw_only=True)
class Pace:
    """In a second pass `speed` seconds of the market; None: as many as its reader can take.

    A reader that was held up catches up at once.

    Raises:
        Invalid: the speed is beyond the slowest or the fastest.
    """

    speed: float | None
    elapsed: Callable[[], float] = time.monotonic
    """Seconds since any fixed instant."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def __attrs_post_init__(self) -> None:
        if self.speed is not None and not SLOWEST <= self.speed <= FASTEST:
            raise Invalid(f"must be at least {SLOWEST} and at most {FASTEST}", field="speed")

    async def batches(
        self, start: datetime, read: Callable[[int], Awaitable[Sequence[Candle]]]
    ) -> AsyncGenerator[Sequence[Candle], None]:
        """The candles that `read(n)` brings, up to `n` at a time and none at the end, each once it is due.

        The market's time is `start` when the first batch is asked for.
        """
        began = self.elapsed()
        waiting: Sequence[Candle] = ()
        while waiting := waiting or await read(BATCH):
            if self.speed is None:
                await self.sleep(0)
                due = len(waiting)
            else:
                first = (waiting[0].close_time - start).total_seconds()
                await self.sleep(max(0.0, first / self.speed - (self.elapsed() - began)))
                passed = max(first, (self.elapsed() - began) * self.speed)
                due = bisect_right(waiting, passed, key=lambda candle: (candle.close_time - start).total_seconds())
            yield waiting[:due]
            waiting = waiting[due:]
