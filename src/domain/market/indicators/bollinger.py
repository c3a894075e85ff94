"""Bollinger bands."""

from math import sqrt
from typing import NamedTuple

from attrs import define, field

from domain.errors import Invalid
from domain.market.indicators.period import check_period


class Bands(NamedTuple):
    """The mean and the bands around it, in the price's own unit."""

    lower: float
    middle: float
    upper: float


@define
class Bollinger:
    """The mean of the last `period` values and the bands `multiple` standard deviations away from it.

    Bollinger, *Bollinger on Bollinger Bands* (2001): the deviation is that of the population. Sums are
    taken of the distances to an anchor near the values, because squares of prices would swallow the
    digits that the variance is made of, and are replaced by freshly added ones every time the window
    has been renewed, so their rounding errors are never older than one window.
    """

    period: int = field(default=20, metadata={"parameter": True})
    multiple: float = field(default=2.0, metadata={"parameter": True})
    window: list[float] = field(init=False)
    position: int = field(init=False, default=0)
    anchor: float = field(init=False, default=0.0)
    total: float = field(init=False, default=0.0)
    squares: float = field(init=False, default=0.0)
    fresh_anchor: float = field(init=False, default=0.0)
    fresh_total: float = field(init=False, default=0.0)
    fresh_squares: float = field(init=False, default=0.0)
    warm: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        check_period(self.period)
        if not self.multiple > 0:
            raise Invalid("must be greater than zero", field="multiple")
        self.window = [0.0] * self.period

    def update(self, value: float) -> Bands | None:
        """The bands including `value`; None until there are `period` values."""
        position, anchor, period = self.position, self.anchor, self.period
        entering, leaving = value - anchor, self.window[position] - anchor
        total = self.total + (entering - leaving)
        squares = self.squares + (entering - leaving) * (entering + leaving)
        self.window[position] = value
        if position:
            distance = value - self.fresh_anchor
            self.fresh_total += distance
            self.fresh_squares += distance * distance
        else:
            self.fresh_anchor = value
            self.fresh_total = self.fresh_squares = 0.0
        if position + 1 < period:
            self.position = position + 1
        else:
            anchor, total, squares = self.fresh_anchor, self.fresh_total, self.fresh_squares
            self.anchor, self.position, self.warm = anchor, 0, True
        self.total, self.squares = total, squares
        if not self.warm:
            return None
        mean = total / period
        variance = squares / period - mean * mean
        reach = self.multiple * sqrt(variance) if variance > 0 else 0.0
        return Bands(anchor + mean - reach, anchor + mean, anchor + mean + reach)
