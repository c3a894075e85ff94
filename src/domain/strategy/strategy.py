"""The strategy protocol: a candle in, a signal out; no I/O, and a state that can be written down."""

from collections.abc import Mapping
from typing import Protocol

import attrs

from domain.market.candle import Candle
from domain.strategy.signal import Signal
from domain.trading.position import Position

State = Mapping[str, object]
"""A strategy's memory as plain JSON values; floats keep every bit."""


class Strategy(Protocol):
    """Decides on one symbol, candle by candle.

    Implementations are attrs classes whose fields are plain values or indicators, so that `dump` and
    `restore` can carry them over a restart.
    """

    @property
    def warmup(self) -> int:
        """How many candles it must see before its first signal."""
        ...

    def on_candle(self, candle: Candle, position: Position) -> Signal | None:
        """React to the next closed candle; `position` is what this strategy's own orders hold."""
        ...


def dump(machine: object) -> dict[str, object]:
    """The state of `machine` as plain values, its parameters left out."""
    return {
        field.name: dump(value) if attrs.has(type(value)) else list(value) if isinstance(value, list) else value
        for field in attrs.fields(type(machine))  # type: ignore[arg-type]
        if not field.metadata.get("parameter")
        for value in (getattr(machine, field.name),)
    }


def restore(machine: object, state: State) -> None:
    """Bring a freshly built `machine` to the `state` that `dump` wrote down.

    Raises:
        KeyError: the state belongs to another kind of machine.
    """
    for field in attrs.fields(type(machine)):  # type: ignore[arg-type]
        if field.metadata.get("parameter"):
            continue
        present, saved = getattr(machine, field.name), state[field.name]
        if attrs.has(type(present)) and isinstance(saved, Mapping):
            restore(present, saved)
        else:
            setattr(machine, field.name, list(saved) if isinstance(saved, list) else saved)
