"""Show the latest price of every symbol."""

from collections.abc import Sequence

from attrs import frozen

from application.ports.exchange import NO_PRICE_YET, Exchange
from domain.errors import Unavailable
from domain.market.ticker import Ticker


@frozen(kw_only=True)
class ListTickersHandler:
    """A symbol without a price yet is left out. Raises Unavailable when the exchange does not answer."""

    exchange: Exchange

    async def __call__(self) -> Sequence[Ticker]:
        tickers = []
        for symbol in await self.exchange.symbols():
            try:
                tickers.append(await self.exchange.ticker(symbol.name))
            except Unavailable as missing:
                if missing.code != NO_PRICE_YET:
                    raise
        return tickers
