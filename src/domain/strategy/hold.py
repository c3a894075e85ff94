"""Hold: the baseline every other strategy has to beat."""

from attrs import define, field, frozen

from domain.market.candle import Candle
from domain.strategy.signal import Action, Signal
from domain.trading.position import Position


@frozen(kw_only=True)
class HoldParameters:
    """There is nothing to choose."""


@define
class Hold:
    """Enters once and never exits."""

    parameters: HoldParameters = field(metadata={"parameter": True})
    entered: bool = field(init=False, default=False)

    @property
    def warmup(self) -> int:
        return 0

    def on_candle(self, candle: Candle, position: Position) -> Signal | None:
        if self.entered:
            return None
        self.entered = True
        return Signal(action=Action.ENTER, reason="buy once and hold")
