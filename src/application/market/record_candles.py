"""Record candles as they close, and notice the ones that are missing."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from application.ports.clock import NewId
from application.ports.transactions import Stores, Transactions
from domain.market.candle import Candle, Gap, gap_between
from domain.market.listing import GapDetected
from domain.shared.ids import EventId


@frozen(kw_only=True)
class Recorded:
    """How many candles were new, and the gaps they left behind them."""

    candles: int
    gaps: Sequence[Gap]


@frozen(kw_only=True)
class RecordCandlesHandler:
    """A candle that is on record already changes nothing; one that is still forming is not recorded."""

    transactions: Transactions
    new_id: NewId

    async def __call__(self, candles: Sequence[Candle]) -> Recorded:
        closed = [candle for candle in candles if candle.closed]
        return await self.transactions.write(partial(self._record, closed), durable=False)

    def _record(self, candles: Sequence[Candle], stores: Stores) -> Recorded:
        newest = {timeframe: dict(stores.candles.newest(timeframe)) for timeframe in {c.timeframe for c in candles}}
        gaps = []
        for candle in candles:
            seen = newest[candle.timeframe]
            previous = seen.get(candle.symbol)
            if previous is not None and (gap := gap_between(previous, candle)):
                gaps.append(gap)
                stores.gaps.add(gap)
                stores.outbox.add([self._detected(gap)])
            if previous is None or candle.open_time > previous:
                seen[candle.symbol] = candle.open_time
        return Recorded(candles=stores.candles.add(candles), gaps=gaps)

    def _detected(self, gap: Gap) -> GapDetected:
        return GapDetected(
            id=EventId(self.new_id()),
            at=gap.end,
            symbol=gap.symbol,
            missing=gap.missing,
            start=gap.start,
        )
