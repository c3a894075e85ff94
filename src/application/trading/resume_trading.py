"""Resume trading after a halt."""

from functools import partial

from attrs import frozen

from application.ports.clock import Clock, NewId
from application.ports.transactions import Stores, Transactions
from domain.identity.user import Caller
from domain.shared.ids import EventId
from domain.trading.events import TradingResumed
from domain.trading.risk import Halt


@frozen(kw_only=True)
class ResumeTradingHandler:
    """Resuming what is not halted changes nothing."""

    transactions: Transactions
    now: Clock
    new_id: NewId

    async def __call__(self, caller: Caller) -> Halt:
        return await self.transactions.write(partial(self._resume, caller))

    def _resume(self, caller: Caller, stores: Stores) -> Halt:
        present = stores.risk.halt()
        if present is not None and not present.halted:
            return present
        at = self.now()
        halt = Halt(halted=False, changed_by=caller.user_id, changed_at=at)
        stores.risk.set_halt(halt)
        stores.outbox.add([TradingResumed(id=EventId(self.new_id()), at=at, by=caller.user_id)])
        return halt
