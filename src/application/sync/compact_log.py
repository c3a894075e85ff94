"""Compact the log: of what every node has read, keep one entry for each row."""

from collections.abc import Iterator
from datetime import timedelta
from functools import reduce

from attrs import frozen

from application.ports.sync import Copy, Ledger, Place, Replica
from application.ports.transactions import Stores
from application.ports.upkeep import Crowd, Thinned, Upkeep
from domain.errors import Invalid
from domain.sync.change import change_of, decoded
from domain.sync.merge import join

IDLE = timedelta(days=30)
"""A node that was away longer is not waited for. It loses nothing; only that its log was restored may escape it."""

PORTION = 500
"""Rows that are compacted at once."""


@frozen(kw_only=True)
class CompactLogHandler:
    """Puts on record how far this node has read, and tells how many entries became superfluous.

    The last entry of a row becomes the join of all of them, so whoever has not read it gets everything, and
    whoever has read it had everything. A node that has told all has told the conflicts between them, too.
    Deletions are kept for ever: a node that was away must hear of them. Raises as `SynchronizeHandler` does.
    """

    copy: Copy
    replica: Replica
    upkeep: Upkeep

    async def __call__(self) -> int:
        place, told = await self.copy.read(_standing)
        bookmark = place.bookmark
        if bookmark is None or not told:
            return 0
        await self.replica.push(place.clock.boot, bookmark, ())
        superfluous, after = 0, None
        while (found := await self.upkeep.crowded(bookmark, IDLE, after, PORTION)).crowds:
            after = found.crowds[-1].row
            thinned = [thin for crowd in found.crowds for thin in _thinned(crowd)]
            if thinned:
                await self.upkeep.thin(found, thinned)
            superfluous += sum(len(thin.earlier) for thin in thinned)
        return superfluous


def _standing(stores: Stores, ledger: Ledger) -> tuple[Place, bool]:
    return ledger.place(), not ledger.noted(1) and not ledger.untold(1)


def _thinned(crowd: Crowd) -> Iterator[Thinned]:
    """What becomes of a crowd; nothing if it cannot be read, or its join would be too large to be exchanged."""
    *earlier, last = crowd.payloads
    try:
        joined = reduce(join, map(decoded, crowd.payloads.values()))
        payload = change_of(*crowd.row, joined).payload
    except Invalid:
        return
    if earlier:
        same = payload == crowd.payloads[last]
        yield Thinned(row=crowd.row, last=last, earlier=earlier, payload=None if same else payload)
