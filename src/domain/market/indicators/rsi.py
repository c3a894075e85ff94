"""Relative strength index."""

from attrs import define, field

from domain.market.indicators.period import check_period


@define
class RSI:
    """How much of the recent movement was upward, 0 to 100; 50 where nothing moved.

    Wilder, *New Concepts in Technical Trading Systems* (1978): the average gain and loss start as the
    means of the first `period` changes, then each change weighs `1 / period`.
    """

    period: int = field(metadata={"parameter": True})
    seen: int = field(init=False, default=0)
    last: float | None = field(init=False, default=None)
    gain: float = field(init=False, default=0.0)
    loss: float = field(init=False, default=0.0)

    def __attrs_post_init__(self) -> None:
        check_period(self.period)

    def update(self, value: float) -> float | None:
        """The index including `value`; None until there are `period` changes."""
        last, self.last = self.last, value
        if last is None:
            return None
        change = value - last
        period = self.period
        if self.seen < period:
            self.seen += 1
            period = self.seen
        if change > 0:
            self.gain += (change - self.gain) / period
            self.loss -= self.loss / period
        else:
            self.gain -= self.gain / period
            self.loss -= (change + self.loss) / period
        if self.seen < self.period:
            return None
        movement = self.gain + self.loss
        return 100 * (self.gain / movement) if movement else 50.0
