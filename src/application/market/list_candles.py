"""List the candles of one symbol, oldest first."""

from datetime import datetime

from attrs import frozen

from application.ports.market import CandleRow
from application.ports.transactions import Transactions
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.page import Page, page_of


@frozen(kw_only=True)
class ListCandles:
    """Candles that open in `[start, end)`; without `start`, the newest `limit`."""

    symbol: SymbolName
    timeframe: Timeframe
    start: datetime | None = None
    end: datetime | None = None
    limit: int = 100


@frozen(kw_only=True)
class ListCandlesHandler:
    """A symbol or timeframe without candles has an empty page.

    The cursor is the opening time of the last candle on the page; the next page starts after it.
    """

    transactions: Transactions

    async def __call__(self, query: ListCandles) -> Page[CandleRow]:
        more = 0 if query.start is None else 1
        found = await self.transactions.read(
            lambda stores: stores.candles.page(
                query.symbol, query.timeframe, start=query.start, end=query.end, limit=query.limit + more
            )
        )
        return page_of(found, query.limit, lambda row: row.open_time)
