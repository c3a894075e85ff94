"""Mirror the record: keep the remote's readable tables as this copy's, once it has read the whole log."""

from functools import partial

from attrs import frozen

from application.ports.sync import Copy, Ledger
from application.ports.transactions import Stores
from application.ports.upkeep import RowName, Unmirrored, Upkeep
from domain.sync.change import MAX_PAYLOAD
from domain.sync.row import Values

PORTION = 1_000
"""Entries of the log that one portion brings into the mirrors."""

PORTION_BYTES = 1_000_000
"""What their rows' texts may amount to; one row may be as large."""


@frozen(kw_only=True)
class MirrorRecordHandler:
    """One portion; tells whether there is more to do.

    A copy that has read the log to its end, and has told all, shows exactly what the whole log says. So it
    does not matter which node brings a portion in, nor how often. Raises as `SynchronizeHandler` does.
    """

    copy: Copy
    upkeep: Upkeep

    async def __call__(self) -> bool:
        place = await self.copy.read(lambda _, ledger: ledger.place())
        if place.bookmark is None:
            return False
        behind = await self.upkeep.unmirrored(place.bookmark, PORTION)
        found = await self.copy.read(partial(_shown, behind))
        if found is None:
            return False
        upto, rows = found
        await self.upkeep.mirror(behind.head, behind.since, upto, rows)
        return upto < behind.head.seq


def _shown(behind: Unmirrored, stores: Stores, ledger: Ledger) -> tuple[int, dict[RowName, Values | None]] | None:
    """How far the portion goes, and what its rows hold; None where this copy is not the whole log's, or nothing is due.

    A row that is too large to be told stays in the mirrors as it is.
    """
    told = not ledger.noted(1) and not ledger.untold(1)
    if not behind.entries or not told or ledger.place().bookmark != behind.head:
        return None
    rows: dict[RowName, Values | None] = {}
    upto, size = behind.since, 0
    for seq, row in behind.entries:
        if row not in rows:
            values = ledger.values(*row)
            length = sum(len((text or "").encode()) for text in (*row, *(values or {}).values()))
            if rows and size + length > PORTION_BYTES:
                break
            if length <= MAX_PAYLOAD:
                rows[row] = values
                size += length
        upto = seq
    return upto, rows
