"""Streams: snapshots of the service as server-sent events, made once for all who follow."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from anyio import current_time, move_on_after, sleep
from attrs import define, field, frozen

from domain.errors import Unavailable
from entrypoints.http.problems import Refusal

_RETRY = b"retry: 2000\n\n"
_HEARTBEAT = b": still here\n\n"


class Changes:
    """Counts that something worth showing changed; whoever waits is woken, and nothing is ever queued.

    Belongs to the event loop's thread.
    """

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()

    def happened(self) -> None:
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, seen: int) -> None:
        """Return once `count` is no longer `seen`."""
        while self.count == seen:
            await self._next.wait()


@frozen
class Snapshot:
    """The service at one moment, and how many changes had happened then."""

    number: int
    changes: int
    content: bytes

    @property
    def frame(self) -> bytes:
        return b"event: snapshot\nid: %d\ndata: %b\n\n" % (self.number, self.content)


@define(kw_only=True, eq=False)
class Streams:
    """What all streams share. Each sends a snapshot when something changed, or else every `refresh` seconds,
    and something every `heartbeat` seconds even when no snapshot can be had."""

    most: int = 50
    """How many may be open at once."""
    pause: float = 0.5
    """The least number of seconds between two snapshots."""
    refresh: float = 5.0
    heartbeat: float = 15.0
    _open: int = field(init=False, default=0)
    _last: Snapshot = field(init=False, default=Snapshot(0, -1, b""))
    _taken: float = field(init=False, default=float("-inf"))
    _taking: asyncio.Lock = field(init=False, factory=asyncio.Lock)

    async def frames(self, changes: Changes, take: Callable[[], Awaitable[bytes]]) -> AsyncGenerator[bytes]:
        """A stream's events; ends when no snapshot can be had any more.

        Raises:
            Refusal: too many streams are open.
        """
        if self._open >= self.most:
            raise Refusal(503, "too_many_streams", f"{self.most} streams are open already")
        self._open += 1
        seen: Snapshot | None = None
        try:
            seen = await self._newer(0, changes, take)
            yield _RETRY + seen.frame
            while True:
                with move_on_after(self.refresh):
                    await changes.after(seen.changes)
                newer = None
                with move_on_after(self.heartbeat):
                    newer = await self._newer(seen.number, changes, take)
                seen = newer or seen
                yield newer.frame if newer else _HEARTBEAT
        except Unavailable:
            if seen is None:
                raise
        finally:
            self._open -= 1

    async def _newer(self, seen: int, changes: Changes, take: Callable[[], Awaitable[bytes]]) -> Snapshot:
        """A snapshot that is newer than number `seen`: the last one if it is fresh, or a new one in good time."""
        async with self._taking:
            age = current_time() - self._taken
            if self._last.number <= seen or age >= self.pause:
                await sleep(max(0.0, self.pause - age))
                count = changes.count
                self._last = Snapshot(self._last.number + 1, count, await take())
                self._taken = current_time()
            return self._last
