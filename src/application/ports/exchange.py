"""The market side of an exchange."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.market.candle import Candle
from domain.market.order_book import OrderBook
from domain.market.symbol import Source, Symbol, SymbolName
from domain.market.ticker import Ticker
from domain.market.timeframe import Timeframe

NO_PRICE_YET = "no_price_yet"
"""The code of the `Unavailable` that a symbol raises until its first candle has closed."""


class Exchange(Protocol):
    """Market data of one venue, real, replayed or simulated.

    Every call may raise `Unavailable` when the venue does not answer, and `NotFound` for a symbol that
    it does not list at its present time.
    """

    @property
    def source(self) -> Source:
        """What kind of data this is; shown wherever the data is shown."""
        ...

    async def symbols(self) -> Sequence[Symbol]:
        """What can be traded at the market's present time."""
        ...

    async def ticker(self, symbol: SymbolName) -> Ticker:
        """The latest price and what the last 24 hours held."""
        ...

    async def order_book(self, symbol: SymbolName, depth: int) -> OrderBook:
        """The best `depth` levels of either side."""
        ...

    async def candles(
        self, symbol: SymbolName, timeframe: Timeframe, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Closed candles that open in `[start, end)`, oldest first, as many as the venue has."""
        ...

    def stream(self, timeframe: Timeframe, after: Mapping[SymbolName, datetime]) -> AsyncIterator[Sequence[Candle]]:
        """Closed candles as they close, in batches ordered by closing time and then symbol.

        `after` holds the opening time of the newest candle already on record for each symbol; the stream
        goes on from there, and for symbols not in it from the beginning of what the venue offers. It ends
        only when there will never be another candle.
        """
        ...
