"""Watch symbols: keep the record of markets in step with the exchange, and notice new listings."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from attrs import frozen

from application.ports.clock import Clock, NewId
from application.ports.exchange import Exchange
from application.ports.transactions import Stores, Transactions
from domain.market.listing import Listing, SymbolListed
from domain.market.symbol import Symbol, SymbolName
from domain.shared.ids import EventId


@frozen(kw_only=True)
class WatchSymbolsHandler:
    """Whatever was there when we first looked is no listing; what appears later is.

    Returns the symbols that appeared. Raises Unavailable when the exchange does not answer.
    """

    transactions: Transactions
    exchange: Exchange
    now: Clock
    new_id: NewId

    async def __call__(self, at: datetime | None = None) -> Sequence[SymbolName]:
        """`at` is the market's time, where it is not the wall's."""
        offered = await self.exchange.symbols()
        if not await self.transactions.read(partial(_news, offered)):
            return []
        return await self.transactions.write(partial(self._compare, offered, at or self.now()))

    def _compare(self, offered: Sequence[Symbol], at: datetime, stores: Stores) -> Sequence[SymbolName]:
        known = {symbol.name for symbol in stores.symbols.all()}
        stores.symbols.save(_news(offered, stores))
        appeared = [symbol.name for symbol in offered if known and symbol.name not in known]
        for name in appeared:
            stores.listings.add(Listing(symbol=name, listed_at=at))
            stores.outbox.add([SymbolListed(id=EventId(self.new_id()), at=at, symbol=name)])
        return appeared


def _news(offered: Sequence[Symbol], stores: Stores) -> Sequence[Symbol]:
    """What is not on record as it is offered."""
    known = {symbol.name: symbol for symbol in stores.symbols.all()}
    return [symbol for symbol in offered if known.get(symbol.name) != symbol]
