"""The intake: a stream made takeable by steps that must not wait."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Generic, TypeVar

from entrypoints.jobs.pulse import Pulse

T = TypeVar("T")


class Intake(Generic[T]):
    """Draws from `stream` and beats `arrived` for each item and at the end.

    Nothing is drawn before what came last was `done` with. One task draws throughout, because what a
    stream holds open may belong to the task that opened it.
    """

    def __init__(self, stream: AsyncIterator[T], arrived: Pulse) -> None:
        self._stream = stream
        self._arrived = arrived
        self._items: asyncio.Queue[T] = asyncio.Queue()
        self._drawing = asyncio.create_task(self._draw())
        self._drawing.add_done_callback(lambda _: arrived.beat())

    def take(self) -> T | None:
        """What came, if anything did; `done` is due for it."""
        return None if self._items.empty() else self._items.get_nowait()

    def done(self) -> None:
        """Draw the next."""
        self._items.task_done()

    def ended(self) -> bool:
        """Whether there will be nothing more; raises what broke the stream."""
        if not self._drawing.done():
            return False
        self._drawing.result()
        return self._items.empty()

    async def close(self) -> None:
        self._drawing.cancel()
        await asyncio.gather(self._drawing, return_exceptions=True)

    async def _draw(self) -> None:
        try:
            async for item in self._stream:
                self._items.put_nowait(item)
                self._arrived.beat()
                await self._items.join()
        finally:
            if isinstance(self._stream, AsyncGenerator):
                await self._stream.aclose()
