"""RSI mean reversion: buy what fell too fast, sell it when it has recovered."""

from decimal import Decimal

from attrs import define, field, frozen

from domain.errors import Invalid
from domain.market.candle import Candle
from domain.market.indicators import RSI
from domain.strategy.parameters import between
from domain.strategy.signal import Action, Signal
from domain.trading.position import Position


@frozen(kw_only=True)
class RsiReversionParameters:
    """The period in candles and the two levels of the index, 0 to 100."""

    period: int = field(default=14, validator=between(2, 500))
    oversold: Decimal = field(default=Decimal(30), validator=between(Decimal(1), Decimal(99)))
    recovered: Decimal = field(default=Decimal(55), validator=between(Decimal(1), Decimal(99)))

    def __attrs_post_init__(self) -> None:
        if self.oversold >= self.recovered:
            raise Invalid("must be smaller than recovered", field="oversold")


@define
class RsiReversion:
    """Enters when the index comes back above `oversold`; exits at `recovered`."""

    parameters: RsiReversionParameters = field(metadata={"parameter": True})
    low: float = field(init=False, metadata={"parameter": True})
    high: float = field(init=False, metadata={"parameter": True})
    rsi: RSI = field(init=False)
    below: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        self.low, self.high = float(self.parameters.oversold), float(self.parameters.recovered)
        self.rsi = RSI(self.parameters.period)

    @property
    def warmup(self) -> int:
        return self.parameters.period + 1

    def on_candle(self, candle: Candle, position: Position) -> Signal | None:
        index = self.rsi.update(float(candle.close))
        if index is None:
            return None
        was_below, self.below = self.below, index < self.low
        if position.quantity:
            if index >= self.high:
                return Signal(action=Action.EXIT, reason=f"RSI {index:.1f} recovered")
        elif was_below and not self.below:
            return Signal(action=Action.ENTER, reason=f"RSI {index:.1f} back above {self.parameters.oversold}")
        return None
