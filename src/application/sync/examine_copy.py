"""Examine the copy: how far it is, and what is still to be told."""

from attrs import frozen

from application.ports.sync import Copy, Ledger
from application.ports.transactions import Stores
from domain.sync.clock import Boot
from domain.sync.log import Bookmark


@frozen(kw_only=True)
class CopyStatus:
    """`waiting` rows are not in the shared log yet, and `too_large` of them never will be."""

    boot: Boot
    bookmark: Bookmark | None
    waiting: int
    too_large: int
    conflicts: int


@frozen(kw_only=True)
class ExamineCopyHandler:
    copy: Copy

    async def __call__(self) -> CopyStatus:
        return await self.copy.read(self._examine)

    def _examine(self, stores: Stores, ledger: Ledger) -> CopyStatus:
        place, waiting = ledger.place(), ledger.waiting()
        can_be_told = ledger.noted(1) or ledger.untold(1)
        return CopyStatus(
            boot=place.clock.boot,
            bookmark=place.bookmark,
            waiting=waiting,
            too_large=0 if can_be_told else waiting,
            conflicts=stores.conflicts.count(),
        )
