"""Exponential moving average."""

from attrs import define, field

from domain.market.indicators.period import check_period


@define
class EMA:
    """An average in which each value weighs `2 / (period + 1)` and older ones fade.

    It starts from the simple mean of the first `period` values, as in Achelis, *Technical Analysis from
    A to Z* (1995), and TA-Lib.
    """

    period: int = field(metadata={"parameter": True})
    weight: float = field(init=False, metadata={"parameter": True})
    seen: int = field(init=False, default=0)
    value: float = field(init=False, default=0.0)

    def __attrs_post_init__(self) -> None:
        check_period(self.period)
        self.weight = 2 / (self.period + 1)

    def update(self, value: float) -> float | None:
        """The average including `value`; None until there are `period` values."""
        if self.seen >= self.period:
            self.value = average = self.value + self.weight * (value - self.value)
            return average
        self.seen += 1
        self.value += (value - self.value) / self.seen
        return self.value if self.seen == self.period else None
