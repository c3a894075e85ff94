"""Simple moving average."""

from attrs import define, field

from domain.market.indicators.period import check_period


@define
class SMA:
    """The mean of the last `period` values.

    The running sum is replaced by a freshly added one every time the window has been renewed, so its
    rounding errors are never older than one window.
    """

    period: int = field(metadata={"parameter": True})
    window: list[float] = field(init=False)
    position: int = field(init=False, default=0)
    total: float = field(init=False, default=0.0)
    fresh: float = field(init=False, default=0.0)
    warm: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        check_period(self.period)
        self.window = [0.0] * self.period

    def update(self, value: float) -> float | None:
        """The mean including `value`; None until there are `period` values."""
        position = self.position
        self.total += value - self.window[position]
        self.fresh += value
        self.window[position] = value
        if position + 1 < self.period:
            self.position = position + 1
        else:
            self.total, self.fresh, self.position, self.warm = self.fresh, 0.0, 0, True
        return self.total / self.period if self.warm else None
