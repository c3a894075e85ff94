"""Candles: what a market did during one timeframe."""

from datetime import MAXYEAR, UTC, datetime

from attrs import frozen

from domain.errors import Invalid
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.money import Price, Quantity


@frozen(kw_only=True)
class Candle:
    """Open, high, low and close prices in the quote currency and the volume in the base currency.

    A closed candle never changes again; a forming one is still moving and is never stored or traded on.

    Raises:
        Invalid: not `0 < low ≤ open, close ≤ high`, a negative volume, a figure that is infinite or NaN, or
            an opening time that is not UTC, not a multiple of the timeframe, or too late to ever close.
    """

    symbol: SymbolName
    timeframe: Timeframe
    open_time: datetime
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Quantity
    closed: bool = True

    def __attrs_post_init__(self) -> None:
        first, high, low, last, volume = self.open, self.high, self.low, self.close, self.volume
        if not (first.is_finite() and high.is_finite() and low.is_finite() and last.is_finite() and volume.is_finite()):
            figures = {"open": first, "high": high, "low": low, "close": last, "volume": volume}
            name = next(name for name, figure in figures.items() if not figure.is_finite())
            raise Invalid("must be a finite number", field=name)
        if not (0 < low <= first and low <= last):
            raise Invalid("must be greater than zero and not above open or close", field="low")
        if high < first or high < last:
            raise Invalid("must not be below open or close", field="high")
        if volume < 0:
            raise Invalid("must not be negative", field="volume")
        opened = self.open_time
        if opened.tzinfo is not UTC or opened.year == MAXYEAR or not self.timeframe.aligned(opened):
            raise Invalid(f"must be UTC, a multiple of {self.timeframe} and before {MAXYEAR}", field="open_time")

    @property
    def close_time(self) -> datetime:
        """The instant at which the next candle opens."""
        return self.open_time + self.timeframe.duration


@frozen(kw_only=True)
class Gap:
    """Candles that should exist and do not: opening times from `start` up to but not including `end`."""

    symbol: SymbolName
    timeframe: Timeframe
    start: datetime
    end: datetime

    @property
    def missing(self) -> int:
        return (self.end - self.start) // self.timeframe.duration

    def lacks(self, candle: Candle) -> bool:
        """Whether `candle` is one of those that should exist."""
        series = candle.symbol == self.symbol and candle.timeframe is self.timeframe
        return series and candle.closed and self.start <= candle.open_time < self.end


def gap_between(previous: datetime, candle: Candle) -> Gap | None:
    """The gap between the candle opened at `previous` and `candle`, if candles are missing."""
    expected = previous + candle.timeframe.duration
    if candle.open_time <= expected:
        return None
    return Gap(symbol=candle.symbol, timeframe=candle.timeframe, start=expected, end=candle.open_time)
