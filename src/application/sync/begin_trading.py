"""Begin to trade under a new lease: where another node traded before, at the newest candle."""

from attrs import evolve, frozen

from application.ports.lease import LeasedRight
from application.ports.strategy import Mark
from application.ports.transactions import Stores, Transactions
from domain.market.timeframe import Timeframe
from domain.sync.lease import Lease


@frozen(kw_only=True)
class BeginTradingHandler:
    """What another node traded is not traded again: the marks move on, and open orders settle from there.

    The strategies forget what they remembered, and learn anew from the candles on record. The first node
    that ever had the lease goes on where it was.
    """

    right: LeasedRight
    transactions: Transactions
    timeframe: Timeframe

    async def __call__(self, lease: Lease) -> None:
        if lease.token > 1:
            await self.transactions.write(self._take_over)
            self.right.told = False
        self.right.tenure = evolve(self.right.tenure, begun=lease.token)

    def _take_over(self, stores: Stores) -> None:
        newest = stores.candles.newest(self.timeframe)
        last = [
            candle
            for symbol, opened in newest.items()
            for candle in stores.candles.before(symbol, self.timeframe, opened + self.timeframe.duration, 1)
        ]
        marks = {candle.symbol: Mark(candle.open_time, candle.close_time, candle.close) for candle in last}
        stores.memories.save(self.timeframe, marks, [])
        for strategy in {memory.strategy for memory in stores.memories.all()}:
            stores.memories.forget(strategy)
