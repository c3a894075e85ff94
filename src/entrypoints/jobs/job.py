"""Jobs: loops made of steps, and what is known of each while it runs."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import Enum, StrEnum, auto

from attrs import define, field, frozen

from domain.errors import DomainError
from entrypoints.jobs.pulse import Pulse


class Then(Enum):
    """What follows a step."""

    AGAIN = auto()
    """There is more to do."""
    WAIT = auto()
    """There is nothing to do before the job is woken, or its idle time has passed."""
    FINISH = auto()
    """There will never be anything to do."""


Step = Callable[[], Awaitable[Then]]


@frozen(kw_only=True)
class Job:
    """A loop: `open` brings what its steps need and gives it back; a loop that failed is opened anew.

    A step may be cancelled at any await when its time is up. It never waits for input: it returns `WAIT`,
    and `wake` or `idle` brings the next one, so that a loop proves itself alive while nothing happens.
    """

    name: str
    open: Callable[[], AbstractAsyncContextManager[Step]]
    wake: Pulse = field(factory=Pulse)
    essential: bool = False
    """Whether the service cannot live without it."""
    idle: float = 1.0
    """The most seconds between two steps."""
    limit: float = 60.0
    """The most seconds that opening or one step may take, and that may pass without a finished step."""


class Phase(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    BACKING_OFF = "backing off"
    FINISHED = "finished"
    STOPPED = "stopped"


@define(kw_only=True)
class JobState:
    """How a job is doing; the floats are seconds of the monotonic clock."""

    phase: Phase = Phase.STARTING
    iterations: int = 0
    restarts: int = 0
    failing: bool = False
    """Whether it failed and has not finished a step since."""
    proven: float
    """When a step last finished; before the first one, when the supervisor began."""
    busy_since: float | None = None
    """When the opening or the step in progress began; None between steps."""
    hanging_since: float | None = None
    """When the first of the steps began that were cut off one after the other; None unless the last one was."""
    last_success: datetime | None = None
    last_error: str | None = None
    """Without secrets: see `described`."""


def described(error: BaseException) -> str:
    """An error in words that are safe to show: our own errors' text, only the type of others."""
    if isinstance(error, DomainError):
        return error.detail
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(described(part) for part in error.exceptions)
    return type(error).__name__
