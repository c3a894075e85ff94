"""The sync loop: keeps this copy of the record and the shared log in step, and knows how that goes."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from attrs import define, evolve, field, frozen

from application.ports.clock import Clock
from application.ports.health import SyncReport
from application.sync.compact_log import CompactLogHandler
from application.sync.examine_copy import ExamineCopyHandler
from application.sync.mirror_record import MirrorRecordHandler
from application.sync.rejoin_log import RejoinLogHandler
from application.sync.synchronize import Progress, SynchronizeHandler
from domain.errors import Conflict, DomainError, Unavailable
from domain.sync.clock import MAX_DRIFT
from entrypoints.jobs.job import Job, Step, Then
from entrypoints.jobs.pulse import Pulse

log = logging.getLogger(__name__)

SOON = 1.0
"""Seconds between two rounds when something important was written."""

JITTER = 0.1
"""The share of the interval by which rounds are spread, so that nodes do not meet at the remote."""


LONG = 30.0
"""Seconds that an exchange may take on which something else waits."""

HOUR = 3600.0
"""Seconds between two times that the log is made shorter."""

LAST = 1.5
"""Seconds that the last round may take when the service stops."""


@frozen
class NoSync:
    """Nothing is exchanged, and the report says so."""

    report: SyncReport

    async def run(self, seconds: float) -> SyncReport:
        raise Conflict("this bot does not synchronize; see TURSO_ENABLED and TURSO_SYNC_ENABLED", code="sync_off")

    async def finish(self) -> None:
        return

    def soon(self) -> None:
        return


@define(kw_only=True, eq=False)
class SyncLoop:
    """Rounds every `interval` seconds, each of as many portions as it takes; one at a time, whoever asks for it.

    What goes wrong ends the round, is told in `report`, and is tried again in the next.
    """

    synchronize: SynchronizeHandler
    examine: ExamineCopyHandler
    rejoin: RejoinLogHandler
    mirror: MirrorRecordHandler
    compact: CompactLogHandler
    release: Callable[[], Awaitable[None]]
    """Let go of the remote."""
    interval: float
    now: Clock
    elapsed: Callable[[], float] = time.monotonic
    between: Callable[[float, float], float] = random.uniform
    wake: Pulse = field(init=False, factory=Pulse)
    report: SyncReport = field(init=False, default=SyncReport(state="starting"))
    _due: float = field(init=False, default=0.0)
    _unmirrored: bool = field(init=False, default=True)
    _compacted: float = field(init=False, default=0.0)
    _ended: float = field(init=False, default=0.0)
    _alarm: asyncio.TimerHandle | None = field(init=False, default=None)
    _turn: asyncio.Lock = field(init=False, factory=asyncio.Lock)

    @property
    def job(self) -> Job:
        return Job(name="sync", open=self.open, wake=self.wake, idle=20.0)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Step]:
        try:
            yield self._step
        finally:
            if self._alarm is not None:
                self._alarm.cancel()

    def soon(self) -> None:
        """Begin the next round earlier: something was written that others should know."""
        self._begin_at(min(self._due, self._ended + SOON))

    async def run(self, seconds: float) -> SyncReport:
        """Work for at most about that many seconds, or until there is nothing to do; raises what ends the round."""
        until = self.elapsed() + seconds
        while (await self._portion()).more and self.elapsed() < until:
            pass
        return self.report

    async def finish(self) -> None:
        """One more round, so that the others have all of it before this process ends; then no other."""
        try:
            async with asyncio.timeout(LAST):
                await self.run(LAST)
        except (DomainError, TimeoutError) as left:
            log.warning("what was written last is not shared yet: %s", getattr(left, "detail", "the remote is slow"))
        finally:
            await self.release()

    async def _step(self) -> Then:
        if self.elapsed() < self._due:
            self._begin_at(self._due)  # an event loop may ring a little early
            return Then.WAIT
        try:
            if (await self._portion()).more or await self._tend():
                return Then.AGAIN
        except DomainError:
            pass  # the report says it
        self._ended = self.elapsed()
        self._begin_at(self._ended + self.interval * self.between(1 - JITTER, 1 + JITTER))
        return Then.WAIT

    async def exchange(self) -> None:
        """Tell everything and take in everything.

        Raises:
            DomainError: what ends the round.
            Unavailable: there is too much of it to be done at once; the next call goes on.
        """
        if (await self.run(LONG)).state == "syncing":
            raise Unavailable("there is much to exchange with the other nodes, and more of it is left")

    async def _tend(self) -> bool:
        """Keep the remote in good order, now that all is exchanged; tells whether there is more to do."""
        async with self._turn, self._reported():
            if self._unmirrored:
                self._unmirrored = await self.mirror()
                return self._unmirrored
            if self.elapsed() >= self._compacted + HOUR:
                await self.compact()
                self._compacted = self.elapsed()
        return False

    @asynccontextmanager
    async def _reported(self) -> AsyncIterator[None]:
        try:
            yield
        except DomainError as refusal:
            self.report = evolve(self.report, state=refusal.code, detail=refusal.detail)
            raise

    async def _portion(self) -> Progress:
        async with self._turn, self._reported():
            self.report = evolve(self.report, last_attempt=self.now())
            progress = await self.synchronize()
            self._unmirrored = self._unmirrored or progress.told > 0 or progress.taken > 0
            await self._tell(progress)
        return progress

    async def _tell(self, progress: Progress) -> None:
        head = progress.log.head
        self.report = evolve(
            self.report,
            state="syncing",
            detail=None,
            log=head.epoch,
            head=head.seq,
            told=self.report.told + progress.told,
            taken=self.report.taken + progress.taken,
        )
        if progress.more:
            return
        copy, now = await self.examine(), self.now()
        state, detail = "in_sync", None
        if abs(progress.log.time - now) > MAX_DRIFT:
            state, detail = "clock_drift", _drift(progress.log.time, now)
        elif copy.too_large:
            state, detail = "row_too_large", f"rows larger than 1 MB cannot be shared: {copy.too_large}"
        self.report = evolve(
            self.report,
            state=state,
            detail=detail,
            last_success=now,
            node=copy.boot,
            read=copy.bookmark.seq if copy.bookmark else 0,
            waiting=copy.waiting,
            conflicts=copy.conflicts,
        )

    def _begin_at(self, due: float) -> None:
        self._due = due
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(max(0.0, due - self.elapsed()), self.wake.beat)


def _drift(remote: datetime, here: datetime) -> str:
    ahead, seconds = ("behind", remote - here) if remote > here else ("ahead of", here - remote)
    return (
        f"this machine's clock is {timedelta(seconds=int(seconds.total_seconds()))} {ahead} the remote's; set it right"
    )
