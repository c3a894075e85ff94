"""The market's clock, which for simulated and replayed markets is not the wall's."""

from datetime import datetime

from domain.market.symbol import Source


def market_time(source: Source, last_close: datetime | None, wall: datetime) -> datetime:
    """The market's present: the close of its last candle, unless the market is a live one."""
    return wall if source is Source.LIVE or last_close is None else last_close
