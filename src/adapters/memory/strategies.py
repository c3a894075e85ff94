"""Strategies, their memories and the marks of trading in memory."""

import json
from collections.abc import Mapping, Sequence

from adapters.memory.table import Journal, Table
from application.ports.strategy import Mark, Memory
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.strategy.catalogue import StrategyConfig


class MemoryStrategies:
    def __init__(self, journal: Journal) -> None:
        self._configs: Table[str, StrategyConfig] = Table(journal)

    def all(self) -> Sequence[StrategyConfig]:
        return list(self._configs.rising())

    def save(self, config: StrategyConfig) -> None:
        self._configs.put(config.name, config)


class MemoryStrategyMemories:
    """States are kept as JSON, because a strategy goes on changing the one that it handed over."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._marks: Table[tuple[str, str], tuple[SymbolName, Mark]] = Table(journal)
        self._states: Table[tuple[str, str], tuple[str, SymbolName, str]] = Table(journal)

    def traded(self, timeframe: Timeframe) -> Mapping[SymbolName, Mark]:
        kind = timeframe.value
        return dict(self._marks.rising(since=(kind, ""), until=(kind, _BEYOND)))

    def all(self) -> Sequence[Memory]:
        return [
            Memory(strategy=strategy, symbol=symbol, state=json.loads(state))
            for strategy, symbol, state in self._states.rising()
        ]

    def save(self, timeframe: Timeframe, marks: Mapping[SymbolName, Mark], memories: Sequence[Memory]) -> None:
        for symbol, mark in marks.items():
            self._marks.put((timeframe.value, symbol), (symbol, mark))
        for memory in memories:
            state = json.dumps(memory.state, allow_nan=False)
            self._states.put((memory.strategy, memory.symbol), (memory.strategy, memory.symbol, state))

    def forget(self, strategy: str) -> None:
        self._journal.check_writable()
        for _, symbol, _ in list(self._states.rising(since=(strategy, ""), until=(strategy, _BEYOND))):
            self._states.remove((strategy, symbol))


_BEYOND = "~"
"""Sorts after every symbol."""
