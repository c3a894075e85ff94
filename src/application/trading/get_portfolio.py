"""Show the portfolio: cash, positions and profit, valued where trading stands."""

from datetime import datetime

from attrs import frozen

from application.ports.exchange import Exchange
from application.ports.transactions import Stores, Transactions
from domain.market.symbol import Source
from domain.market.timeframe import Timeframe
from domain.trading.portfolio import Portfolio, Prices


@frozen(kw_only=True)
class PortfolioReport:
    """The portfolio, the last close of every symbol, and the market time these are from."""

    portfolio: Portfolio
    prices: Prices
    as_of: datetime | None
    source: Source


@frozen(kw_only=True)
class GetPortfolioHandler:
    transactions: Transactions
    exchange: Exchange
    timeframe: Timeframe

    async def __call__(self) -> PortfolioReport:
        return await self.transactions.read(self._report)

    def _report(self, stores: Stores) -> PortfolioReport:
        marks = stores.memories.traded(self.timeframe)
        return PortfolioReport(
            portfolio=stores.fills.portfolio(),
            prices={symbol: mark.close for symbol, mark in marks.items()},
            as_of=max((mark.closed for mark in marks.values()), default=None),
            source=self.exchange.source,
        )
