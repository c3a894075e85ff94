"""Rejoin the log: forget how far it was read, and tell everything again."""

from attrs import evolve, frozen

from application.ports.sync import Copy, Ledger
from application.ports.transactions import Stores


@frozen(kw_only=True)
class RejoinLogHandler:
    """Nothing is lost: what the log has is read from its beginning, and merged with what is here."""

    copy: Copy

    async def __call__(self) -> None:
        await self.copy.write(self._rejoin)

    def _rejoin(self, stores: Stores, ledger: Ledger) -> None:
        ledger.move(evolve(ledger.place(), bookmark=None))
        ledger.tell_all()
