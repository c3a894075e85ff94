"""Find the candles that trading has not seen yet."""

from collections.abc import Sequence
from heapq import merge

from attrs import frozen

from application.ports.transactions import Stores, Transactions
from domain.market.candle import Candle
from domain.market.timeframe import Timeframe

LEAST = 20
"""However many symbols there are, so many candles of each are worth asking for."""


@frozen(kw_only=True)
class UpcomingCandlesHandler:
    """Closed candles after each symbol's mark, in the order of closing time and then symbol, about `limit` of them."""

    transactions: Transactions
    timeframe: Timeframe
    limit: int = 1000

    async def __call__(self) -> Sequence[Candle]:
        return await self.transactions.read(self._find)

    def _find(self, stores: Stores) -> Sequence[Candle]:
        marks = stores.memories.traded(self.timeframe)
        opened = {symbol: mark.opened for symbol, mark in marks.items()}
        newest = stores.candles.newest(self.timeframe)
        behind = [symbol for symbol in newest if symbol not in opened or newest[symbol] > opened[symbol]]
        share = max(LEAST, self.limit // max(1, len(behind)))
        runs = [stores.candles.after(symbol, self.timeframe, opened.get(symbol), share) for symbol in behind]
        # Where a run was cut off, its next candle might come before later ones of the other runs.
        horizon = min((run[-1].open_time for run in runs if len(run) == share), default=None)
        candles = merge(*runs, key=lambda candle: (candle.open_time, candle.symbol))
        return [candle for candle in candles if horizon is None or candle.open_time <= horizon]
