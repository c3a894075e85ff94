"""Find the order that an idempotency key stands for."""

from functools import partial

from attrs import frozen

from application.ports.transactions import Stores, Transactions
from domain.identity.user import Caller
from domain.trading.order import Order


@frozen(kw_only=True)
class FindPlacedHandler:
    """None for a key that the caller has not used yet."""

    transactions: Transactions

    async def __call__(self, caller: Caller, idempotency_key: str) -> Order | None:
        return await self.transactions.read(partial(self._find, caller, idempotency_key))

    def _find(self, caller: Caller, key: str, stores: Stores) -> Order | None:
        known = stores.idempotency_keys.find(caller.user_id, key)
        return None if known is None else stores.orders.get(known[0])
