"""A thread that owns a connection and works through a queue."""

from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from adapters.sqlite.jobs import Job

Jobs = SimpleQueue[Job | None]
"""What waits to be done; a None ends one worker."""


class Runner(Protocol):
    """Does jobs over a connection of its own."""

    def run(self, jobs: Jobs) -> None:
        """Work until a None is taken from `jobs`."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Worker:
    """Makes, runs and closes a `Runner` in one thread."""

    def __init__(self, name: str, make: Callable[[], Runner], jobs: Jobs, loop: AbstractEventLoop) -> None:
        self._make = make
        self._jobs = jobs
        self._loop = loop
        self._started: Future[None] = loop.create_future()
        self._ended: Future[None] = loop.create_future()
        self._thread = Thread(target=self._main, name=name, daemon=True)

    async def start(self) -> None:
        """Raises what making the runner raised."""
        self._thread.start()
        await self._started

    def stop(self) -> None:
        """Let one of those who share the queue end once all that is queued is done."""
        self._jobs.put(None)

    async def ended(self) -> None:
        """Wait for the end."""
        await self._ended
        self._thread.join()

    def _main(self) -> None:
        try:
            runner = self._make()
        except BaseException as error:
            self._loop.call_soon_threadsafe(_settle, self._started, error)
            return
        self._loop.call_soon_threadsafe(_settle, self._started)
        try:
            runner.run(self._jobs)
        finally:
            runner.close()
            self._loop.call_soon_threadsafe(_settle, self._ended)


def _settle(future: Future[None], error: BaseException | None = None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
