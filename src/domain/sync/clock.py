"""The hybrid logical clock: stamps that follow the wall clock and never contradict cause and effect.

S. Kulkarni, M. Demirbas, D. Madappa, B. Avva, M. Leone: "Logical Physical Clocks and Consistent Snapshots
in Globally Distributed Databases", 2014. Receiving mints no stamp here, so the increment that the paper
makes on receipt is left to the next `tick`; whatever is minted afterwards is later than what was received.
"""

import re
from datetime import datetime, timedelta
from typing import NewType

from attrs import evolve, frozen

from domain.errors import Invalid, Unavailable
from domain.shared.time import milliseconds

Boot = NewType("Boot", str)
"""One opening of a database: 64 random bits as 16 hex digits. A restored or copied file gets another."""

Stamp = NewType("Stamp", str)
"""When and where a write was made: 12 hex digits of milliseconds, 4 of a counter, and the boot.

As text it sorts by time; no two writes have the same one.
"""

MAX_DRIFT = timedelta(minutes=1)
"""A stamp further ahead of this node's wall clock means that one of the two clocks is wrong."""

LAST_COUNT = 2**16 - 1
LAST_MILLISECOND = 2**48 - 1

_BOOT = re.compile(r"[0-9a-f]{16}")
_STAMP = re.compile(r"[0-9a-f]{32}")


@frozen(kw_only=True)
class HybridClock:
    """The newest instant that this node has minted or heard of."""

    boot: Boot
    millisecond: int = 0
    count: int = 0

    def tick(self, now: datetime) -> tuple["HybridClock", Stamp]:
        """The clock after a write at the wall's `now`, and the write's stamp: later than every one before.

        A wall clock that stands, or goes back, only makes the counter run, and a full counter borrows
        the next millisecond.

        Raises:
            Unavailable: the milliseconds are used up, in the year 10889.
        """
        wall = milliseconds(now)
        if wall > self.millisecond:
            ticked = evolve(self, millisecond=wall, count=0)
        elif self.count < LAST_COUNT:
            ticked = evolve(self, count=self.count + 1)
        elif self.millisecond < LAST_MILLISECOND:
            ticked = evolve(self, millisecond=self.millisecond + 1, count=0)
        else:
            raise Unavailable("the clock is at its end: a stamp of the year 10889 was received", code="clock_exhausted")
        return ticked, stamp_of(ticked.millisecond, ticked.count, self.boot)

    def received(self, stamp: Stamp) -> "HybridClock":
        """The clock after hearing of `stamp`."""
        heard = millisecond_of(stamp), int(stamp[12:16], 16)
        if heard <= (self.millisecond, self.count):
            return self
        return evolve(self, millisecond=heard[0], count=heard[1])


def stamp_of(millisecond: int, count: int, boot: Boot) -> Stamp:
    return Stamp(f"{millisecond:012x}{count:04x}{boot}")


def millisecond_of(stamp: Stamp) -> int:
    """Milliseconds since the Unix epoch."""
    return int(stamp[:12], 16)


def boot_of(stamp: Stamp) -> Boot:
    return Boot(stamp[16:])


def drift(stamp: Stamp, now: datetime) -> timedelta:
    """How far `stamp` is ahead of the wall's `now`; to be reported beyond `MAX_DRIFT`, never a reason to refuse."""
    return timedelta(milliseconds=millisecond_of(stamp) - milliseconds(now))


def checked_boot(text: str) -> Boot:
    """The boot itself.

    Raises:
        Invalid: it is not 16 lower-case hex digits.
    """
    if _BOOT.fullmatch(text) is None:
        raise Invalid("must be 16 lower-case hex digits", field="boot")
    return Boot(text)


def checked_stamp(text: str) -> Stamp:
    """The stamp itself.

    Raises:
        Invalid: it is not 32 lower-case hex digits.
    """
    if _STAMP.fullmatch(text) is None:
        raise Invalid("must be 32 lower-case hex digits", field="stamp")
    return Stamp(text)
