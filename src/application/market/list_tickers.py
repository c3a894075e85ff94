"""Show the latest price of every symbol."""

from collections.abc import Sequence

from attrs import frozen

from application.ports.exchange import Exchange
from domain.market.ticker import Ticker


@frozen(kw_only=True)
class ListTickersHandler:
    """Raises Unavailable when the exchange does not answer."""

    exchange: Exchange

    async def __call__(self) -> Sequence[Ticker]:
        return [await self.exchange.ticker(symbol.name) for symbol in await self.exchange.symbols()]
