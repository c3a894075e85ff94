"""Strategies, their memories and the marks of trading in SQL."""

from collections.abc import Mapping, Sequence

from attrs import frozen
from sqlalchemy import bindparam, delete, select

from adapters.sql import statements
from adapters.sql.rows import strategy as rows
from adapters.sql.rows.reading import read_all
from adapters.sql.session import Session
from adapters.sql.statements import compiled
from adapters.sql.tables import strategies, strategy_memories, traded_marks
from application.ports.strategy import Mark, Memory
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.strategy.catalogue import StrategyConfig

_SAVE = statements.save(strategies)
_ALL = compiled(select(strategies).order_by(strategies.c.name))

_SAVE_MEMORY = statements.save(strategy_memories)
_MEMORIES = compiled(select(strategy_memories).order_by(*strategy_memories.primary_key))
_FORGET = compiled(delete(strategy_memories).where(strategy_memories.c.strategy == bindparam("strategy")), "strategy")
_SAVE_MARK = statements.save(traded_marks)
_MARKS = compiled(
    select(traded_marks).where(traded_marks.c.timeframe == bindparam("timeframe")).order_by(traded_marks.c.symbol),
    "timeframe",
)


@frozen
class SqlStrategies:
    session: Session

    def all(self) -> Sequence[StrategyConfig]:
        return read_all(strategies, rows.config, self.session.all(_ALL))

    def save(self, config: StrategyConfig) -> None:
        self.session.write(_SAVE, rows.config_row(config))


@frozen
class SqlStrategyMemories:
    session: Session

    def traded(self, timeframe: Timeframe) -> Mapping[SymbolName, Mark]:
        return dict(read_all(traded_marks, rows.mark, self.session.all(_MARKS, (timeframe.value,))))

    def all(self) -> Sequence[Memory]:
        return read_all(strategy_memories, rows.memory, self.session.all(_MEMORIES))

    def save(self, timeframe: Timeframe, marks: Mapping[SymbolName, Mark], memories: Sequence[Memory]) -> None:
        self.session.write_many(_SAVE_MARK, [rows.mark_row(timeframe, symbol, mark) for symbol, mark in marks.items()])
        self.session.write_many(_SAVE_MEMORY, [rows.memory_row(memory) for memory in memories])

    def forget(self, strategy: str) -> None:
        self.session.write(_FORGET, (strategy,))
