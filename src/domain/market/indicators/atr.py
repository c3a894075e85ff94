"""Average true range."""

from attrs import define, field

from domain.market.indicators.period import check_period


@define
class ATR:
    """How far the price moves in one candle, gaps included, in the price's own unit.

    Wilder, *New Concepts in Technical Trading Systems* (1978): the true range reaches from the lower of
    low and previous close to the higher of high and previous close; the average starts as the mean of
    the first `period` ranges, then each range weighs `1 / period`.
    """

    period: int = field(metadata={"parameter": True})
    seen: int = field(init=False, default=0)
    close: float | None = field(init=False, default=None)
    value: float = field(init=False, default=0.0)

    def __attrs_post_init__(self) -> None:
        check_period(self.period)

    def update(self, high: float, low: float, close: float) -> float | None:
        """The average including this candle; None until there are `period` candles."""
        previous, self.close = self.close, close
        if previous is not None:
            if previous > high:
                high = previous
            elif previous < low:
                low = previous
        period = self.period
        if self.seen < period:
            self.seen += 1
            self.value += (high - low - self.value) / self.seen
            return self.value if self.seen == period else None
        self.value = average = self.value + (high - low - self.value) / period
        return average
