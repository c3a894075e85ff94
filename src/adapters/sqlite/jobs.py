"""Units of work on their way to a thread, and their outcomes on the way back."""

from asyncio import AbstractEventLoop, Future
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from adapters.sql.stores import SqlStores


class Job:
    """A unit, the future its caller waits on, and what came of it."""

    __slots__ = ("durable", "error", "future", "unit", "value")

    def __init__(self, unit: Callable[[SqlStores], Any], durable: bool, future: Future[Any]) -> None:
        self.unit = unit
        self.durable = durable
        self.future = future
        self.value: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        # A future refuses StopIteration, which would end the generator that awaits it.
        self.error = RuntimeError("a unit raised StopIteration") if isinstance(error, StopIteration) else error

    def settle(self) -> None:
        """Tell the caller, if it still waits, and let go of the outcome."""
        value, error = self.value, self.error
        self.value = self.error = None
        if self.future.done():
            return
        if error is None:
            self.future.set_result(value)
        else:
            self.future.set_exception(error)


class Deliveries:
    """Hands finished jobs back to the event loop, waking it once for all that finished meanwhile."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._finished: deque[Job] = deque()
        self._woken = False

    def send(self, jobs: Iterable[Job]) -> None:
        """May be called from any thread."""
        self._finished.extend(jobs)
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._woken = False
        while self._finished:
            self._finished.popleft().settle()
