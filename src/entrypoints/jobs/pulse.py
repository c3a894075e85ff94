"""Pulses: how one loop wakes another."""

import asyncio


class Pulse:
    """A beat between two waits is not lost, and several beats count as one."""

    def __init__(self) -> None:
        self._beaten = asyncio.Event()

    def beat(self) -> None:
        self._beaten.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next beat, or after `seconds` without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._beaten.wait()
        except TimeoutError:
            return
        self._beaten.clear()
