"""Follow a strategy over candles as if each signal filled at once."""

from collections.abc import Iterable

from domain.market.candle import Candle
from domain.strategy.catalogue import StrategyConfig
from domain.strategy.signal import Action, Signal
from domain.strategy.strategy import Strategy
from domain.trading.position import Position
from support.build import BTC, a_fill

NOTHING = Position(symbol=BTC)
HOLDING = NOTHING.apply(a_fill())


def a_strategy(name: str, **parameters: int | str) -> Strategy:
    return StrategyConfig(name=name, enabled=True, parameters=parameters).build()


def signals(strategy: Strategy, candles: Iterable[Candle], position: Position = NOTHING) -> dict[int, Signal]:
    """What `strategy` wants, by the number of the candle; entering leads to a holding, exiting to none."""
    wanted = {}
    for number, candle in enumerate(candles):
        signal = strategy.on_candle(candle, position)
        if signal is not None:
            wanted[number] = signal
            position = HOLDING if signal.action is Action.ENTER else NOTHING
    return wanted


def actions(strategy: Strategy, candles: Iterable[Candle], position: Position = NOTHING) -> dict[int, str]:
    return {number: signal.action.value for number, signal in signals(strategy, candles, position).items()}
