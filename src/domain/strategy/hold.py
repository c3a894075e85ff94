"""Hold: the baseline every other strategy has to beat."""

from attrs import define, field, frozen

from domain.market.candle import Candle
from domain.strategy.signal import Action, Signal
from domain.trading.position import Position


@frozen(kw_only=True)
class HoldParameters:
    """There is nothing to choose."""


ASK_AGAIN = 100
"""Candles after which an entry that came to nothing is asked for again."""


@define
class Hold:
    """Enters once and never exits."""

    parameters: HoldParameters = field(metadata={"parameter": True})
    patience: int = field(init=False, default=0)

    @property
    def warmup(self) -> int:
        return 0

    def on_candle(self, candle: Candle, position: Position) -> Signal | None:
        if position.quantity or self.patience:
            self.patience = max(0, self.patience - 1)
            return None
        self.patience = ASK_AGAIN
        return Signal(action=Action.ENTER, reason="buy once and hold")
