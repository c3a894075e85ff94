"""The strategy protocol: a candle in, a signal out; no I/O, and a state that can be written down."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

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


def dump(machine: Any) -> dict[str, object]:
    """The state of `machine` as plain values, its parameters left out."""
    return {name: _plain(getattr(machine, name)) for name in _state_names(machine.__class__)}


def restore(machine: Any, state: State) -> None:
    """Bring a freshly built `machine` to the `state` that `dump` wrote down.

    Raises:
        KeyError: the state belongs to another kind of machine.
    """
    for name in _state_names(machine.__class__):
        saved = state[name]
        if isinstance(saved, Mapping):
            restore(getattr(machine, name), saved)
        else:
            setattr(machine, name, list(saved) if isinstance(saved, list) else saved)


def _plain(value: Any) -> object:
    if isinstance(value, list):
        return list(value)
    return dump(value) if _has_state(value.__class__) else value


@cache
def _state_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind) if not field.metadata.get("parameter"))


@cache
def _has_state(kind: type) -> bool:
    return attrs.has(kind)
