"""Halt trading: the kill switch."""

from functools import partial

from attrs import frozen

from application.ports.clock import Clock, NewId
from application.ports.transactions import Stores, Transactions
from domain.errors import Invalid
from domain.identity.user import Caller
from domain.shared.ids import EventId
from domain.trading.events import TradingHalted
from domain.trading.risk import Halt


@frozen(kw_only=True)
class HaltTrading:
    """Why trading stops, in at most 500 characters."""

    reason: str

    def __attrs_post_init__(self) -> None:
        if not 1 <= len(self.reason.strip()) <= 500:
            raise Invalid("must have 1 to 500 characters", field="reason")


@frozen(kw_only=True)
class HaltTradingHandler:
    """From the moment this returns, no entry passes; halting twice changes nothing."""

    transactions: Transactions
    now: Clock
    new_id: NewId

    async def __call__(self, caller: Caller, command: HaltTrading) -> Halt:
        return await self.transactions.write(partial(self._halt, caller, command))

    def _halt(self, caller: Caller, command: HaltTrading, stores: Stores) -> Halt:
        present = stores.risk.halt()
        if present is not None and present.halted:
            return present
        at = self.now()
        halt = Halt(halted=True, reason=command.reason.strip(), changed_by=caller.user_id, changed_at=at)
        stores.risk.set_halt(halt)
        stores.outbox.add([TradingHalted(id=EventId(self.new_id()), at=at, reason=halt.reason, by=caller.user_id)])
        return halt
