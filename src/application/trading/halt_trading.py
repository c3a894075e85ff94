"""Halt trading: the kill switch."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from attrs import frozen

from application.ports.broker import Broker
from application.ports.clock import Clock, NewId
from application.ports.transactions import Stores, Transactions
from domain.errors import Invalid, NotFound
from domain.identity.user import Caller
from domain.shared.ids import EventId
from domain.trading.events import TradingHalted
from domain.trading.order import Order, Side
from domain.trading.risk import Halt
from domain.trading.settlement import order_ended


@frozen(kw_only=True)
class HaltTrading:
    """Why trading stops, in at most 500 characters."""

    reason: str

    def __attrs_post_init__(self) -> None:
        if not 1 <= len(self.reason.strip()) <= 500:
            raise Invalid("must have 1 to 500 characters", field="reason")


@frozen(kw_only=True)
class HaltTradingHandler:
    """From the moment this returns, no entry passes, and the buys that were open are cancelled.

    Halting twice changes nothing more.

    Raises:
        Unavailable: trading is halted, but the broker did not say that it took the buys back.
    """

    transactions: Transactions
    broker: Broker
    now: Clock
    new_id: NewId

    async def __call__(self, caller: Caller, command: HaltTrading) -> Halt:
        halt, cancelled = await self.transactions.write(partial(self._halt, caller, command))
        for order in cancelled:
            with suppress(NotFound):
                await self.broker.cancel(order.id)
        return halt

    def _halt(self, caller: Caller, command: HaltTrading, stores: Stores) -> tuple[Halt, Sequence[Order]]:
        cancelled = [
            order.cancel("trading was halted", order.updated_at)
            for order in stores.orders.open()
            if order.side is Side.BUY
        ]
        for order in cancelled:
            stores.orders.save(order)
            stores.outbox.add([order_ended(order, self.new_id)])
        present = stores.risk.halt()
        if present is not None and present.halted:
            return present, cancelled
        at = self.now()
        halt = Halt(halted=True, reason=command.reason.strip(), changed_by=caller.user_id, changed_at=at)
        stores.risk.set_halt(halt)
        stores.outbox.add([TradingHalted(id=EventId(self.new_id()), at=at, reason=halt.reason, by=caller.user_id)])
        return halt, cancelled
