"""What waits to be written, handed out in groups that share a commit."""

from collections.abc import Callable, Iterator
from time import monotonic

from adapters.sqlite.jobs import Job
from adapters.sqlite.worker import Jobs

GROUP_UNITS = 256
GROUP_SECONDS = 0.01


class Backlog:
    """A group admits what waits until it holds 256 units or its first one was done 10 milliseconds ago.

    A unit that must be durable starts a group of its own kind: how durable a transaction is, is settled
    before it begins.
    """

    def __init__(self, jobs: Jobs, clock: Callable[[], float] = monotonic) -> None:
        self._jobs = jobs
        self._clock = clock
        self._left_over: list[Job | None] = []

    def first(self) -> Job | None:
        """Wait for the unit that starts the next group; None when there will be no other."""
        return self._left_over.pop() if self._left_over else self._jobs.get()

    def group(self, first: Job) -> Iterator[Job]:
        """`first`, then what waits by the time the one before was done."""
        yield first
        deadline = self._clock() + GROUP_SECONDS
        for _ in range(1, GROUP_UNITS):
            if self._jobs.empty() or self._clock() > deadline:
                return
            job = self._jobs.get()
            if job is None or (job.durable and not first.durable):
                self._left_over.append(job)
                return
            yield job
