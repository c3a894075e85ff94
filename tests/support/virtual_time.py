"""An event loop whose clock jumps to the next timer instead of waiting for it.

Use it for tests of code that sleeps, with `anyio_backend` returning `VIRTUAL_TIME`. Code that hands work
to threads does not belong on it: the clock does not know that a thread is busy.
"""

import asyncio
import selectors
from typing import Any


class _JumpingSelector(selectors.DefaultSelector):
    """Polls, and lets the time it was asked to wait pass at once when nothing is ready."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("everything waits and nothing is scheduled: the test would hang")
        self.passed += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.passed


VIRTUAL_TIME = ("asyncio", {"loop_factory": VirtualTimeLoop})


def elapsed() -> float:
    """The virtual seconds since the running loop began."""
    return asyncio.get_running_loop().time()
