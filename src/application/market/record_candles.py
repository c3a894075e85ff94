"""Record candles as they close, and notice the ones that are missing."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from application.ports.clock import NewId
from application.ports.transactions import Stores, Transactions
from domain.market.candle import Candle, gap_between
from domain.market.listing import GapDetected
from domain.shared.ids import EventId


@frozen(kw_only=True)
class RecordCandlesHandler:
    """A candle that is on record already changes nothing; one that is still forming is not recorded.

    Returns how many candles were new.
    """

    transactions: Transactions
    new_id: NewId

    async def __call__(self, candles: Sequence[Candle]) -> int:
        closed = [candle for candle in candles if candle.closed]
        return await self.transactions.write(partial(self._record, closed), durable=False)

    def _record(self, candles: Sequence[Candle], stores: Stores) -> int:
        newest = {timeframe: dict(stores.candles.newest(timeframe)) for timeframe in {c.timeframe for c in candles}}
        for candle in candles:
            seen = newest[candle.timeframe]
            previous = seen.get(candle.symbol)
            if previous is not None:
                gap = gap_between(previous, candle)
                if gap is not None:
                    stores.gaps.add(gap)
                    event = GapDetected(
                        id=EventId(self.new_id()),
                        at=candle.open_time,
                        symbol=gap.symbol,
                        missing=gap.missing,
                        start=gap.start,
                    )
                    stores.outbox.add([event])
            if previous is None or candle.open_time > previous:
                seen[candle.symbol] = candle.open_time
        return stores.candles.add(candles)
