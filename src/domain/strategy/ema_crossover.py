"""EMA crossover with an ATR stop: ride a trend, leave when it turns or falls too far."""

from decimal import Decimal

from attrs import define, field, frozen

from domain.errors import Invalid
from domain.market.candle import Candle
from domain.market.indicators import ATR, EMA
from domain.strategy.parameters import between
from domain.strategy.signal import Action, Signal
from domain.trading.position import Position


@frozen(kw_only=True)
class EmaCrossoverParameters:
    """Periods in candles; the stop trails `atr_multiple` average true ranges below the highest close."""

    fast: int = field(default=12, validator=between(2, 500))
    slow: int = field(default=26, validator=between(3, 1000))
    atr_period: int = field(default=14, validator=between(2, 500))
    atr_multiple: Decimal = field(default=Decimal(3), validator=between(Decimal("0.1"), Decimal(100)))

    def __attrs_post_init__(self) -> None:
        if self.fast >= self.slow:
            raise Invalid("must be smaller than slow", field="fast")


@define
class EmaCrossover:
    """Enters when the fast average crosses above the slow one; exits on the cross below or at the stop."""

    parameters: EmaCrossoverParameters = field(metadata={"parameter": True})
    fast: EMA = field(init=False)
    slow: EMA = field(init=False)
    atr: ATR = field(init=False)
    above: bool | None = field(init=False, default=None)
    stop: float | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self.fast = EMA(self.parameters.fast)
        self.slow = EMA(self.parameters.slow)
        self.atr = ATR(self.parameters.atr_period)

    @property
    def warmup(self) -> int:
        return max(self.parameters.slow, self.parameters.atr_period)

    def on_candle(self, candle: Candle, position: Position) -> Signal | None:
        close = float(candle.close)
        fast, slow = self.fast.update(close), self.slow.update(close)
        atr = self.atr.update(float(candle.high), float(candle.low), close)
        if fast is None or slow is None or atr is None:
            return None
        above, before = fast > slow, self.above
        self.above = above
        if not position.quantity:
            self.stop = None
            if above and before is False:
                return Signal(action=Action.ENTER, reason=f"EMA {fast:.8g} crossed above {slow:.8g}")
            return None
        self.stop = max(self.stop or 0.0, close - float(self.parameters.atr_multiple) * atr)
        if not above:
            return Signal(action=Action.EXIT, reason=f"EMA {fast:.8g} fell below {slow:.8g}")
        if close <= self.stop:
            return Signal(action=Action.EXIT, reason=f"close {close:.8g} reached the stop {self.stop:.8g}")
        return None
