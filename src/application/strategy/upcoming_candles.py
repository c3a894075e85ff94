"""Find the candles that trading has not seen yet."""

from collections.abc import Sequence
from heapq import merge

from attrs import frozen

from application.ports.transactions import Stores, Transactions
from domain.market.candle import Candle
from domain.market.timeframe import Timeframe


@frozen(kw_only=True)
class UpcomingCandlesHandler:
    """Closed candles after each symbol's mark, in the order of closing time and then symbol."""

    transactions: Transactions
    timeframe: Timeframe
    limit: int = 500

    async def __call__(self) -> Sequence[Candle]:
        return await self.transactions.read(self._find)

    def _find(self, stores: Stores) -> Sequence[Candle]:
        marks = stores.memories.traded(self.timeframe)
        runs = [
            stores.candles.after(symbol, self.timeframe, marks[symbol].opened if symbol in marks else None, self.limit)
            for symbol, newest in stores.candles.newest(self.timeframe).items()
            if symbol not in marks or newest > marks[symbol].opened
        ]
        # Where a run was cut off, its next candle might come before later ones of the other runs.
        horizon = min((run[-1].open_time for run in runs if len(run) == self.limit), default=None)
        candles = merge(*runs, key=lambda candle: (candle.open_time, candle.symbol))
        return [candle for candle in candles if horizon is None or candle.open_time <= horizon]
