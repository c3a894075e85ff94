"""Moving average convergence/divergence."""

from typing import NamedTuple

from attrs import define, field

from domain.errors import Invalid
from domain.market.indicators.ema import EMA
from domain.market.indicators.period import check_period


class MACDValue(NamedTuple):
    """The distance between the averages, its own average, and the difference of the two."""

    macd: float
    signal: float
    histogram: float


@define
class MACD:
    """How far a fast average is above a slow one, and how far that is above its own average.

    Appel, *Technical Analysis: Power Tools for Active Investors* (2005); the averages are `EMA`s.
    """

    fast: int = field(default=12, metadata={"parameter": True})
    slow: int = field(default=26, metadata={"parameter": True})
    signal: int = field(default=9, metadata={"parameter": True})
    fast_average: EMA = field(init=False)
    slow_average: EMA = field(init=False)
    signal_average: EMA = field(init=False)

    def __attrs_post_init__(self) -> None:
        for name in ("fast", "slow", "signal"):
            check_period(getattr(self, name), field=name)
        if self.fast >= self.slow:
            raise Invalid("must be smaller than slow", field="fast")
        self.fast_average, self.slow_average = EMA(self.fast), EMA(self.slow)
        self.signal_average = EMA(self.signal)

    def update(self, value: float) -> MACDValue | None:
        """The three figures including `value`; None until there are `slow + signal - 1` values."""
        fast, slow = self.fast_average.update(value), self.slow_average.update(value)
        if fast is None or slow is None:
            return None
        macd = fast - slow
        signal = self.signal_average.update(macd)
        return None if signal is None else MACDValue(macd, signal, macd - signal)
