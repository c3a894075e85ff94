"""Backfill gaps: fetch candles that are missing, as far as the exchange has them."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from application.ports.exchange import Exchange
from application.ports.transactions import Stores, Transactions
from domain.errors import Invalid, NotFound
from domain.market.candle import Candle, Gap


@frozen(kw_only=True)
class BackfillGapsHandler:
    """A gap that the exchange fills only in part stays on record, and is asked for again.

    Returns how many candles were filled in. Raises Unavailable when the exchange does not answer.
    """

    transactions: Transactions
    exchange: Exchange

    async def __call__(self) -> int:
        gaps = await self.transactions.read(lambda stores: stores.gaps.all())
        filled = 0
        for gap in gaps:
            try:
                offered = await self.exchange.candles(gap.symbol, gap.timeframe, gap.start, gap.end)
            except (NotFound, Invalid):
                continue  # not offered any more; the other gaps still may be
            candles = [candle for candle in offered if gap.lacks(candle)]
            if candles:
                filled += await self.transactions.write(partial(self._fill, gap, candles), durable=False)
        return filled

    def _fill(self, gap: Gap, candles: Sequence[Candle], stores: Stores) -> int:
        added = stores.candles.add(candles)
        if len({candle.open_time for candle in candles}) >= gap.missing:
            stores.gaps.remove(gap)
        return added
