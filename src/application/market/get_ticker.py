"""Show the latest price of one symbol."""

from attrs import frozen

from application.ports.exchange import Exchange
from domain.market.symbol import SymbolName
from domain.market.ticker import Ticker


@frozen(kw_only=True)
class GetTickerHandler:
    """Raises NotFound for an unknown symbol, Unavailable when the exchange does not answer."""

    exchange: Exchange

    async def __call__(self, symbol: SymbolName) -> Ticker:
        return await self.exchange.ticker(symbol)
