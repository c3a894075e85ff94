"""Strategies, their memories and how far trading came."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from adapters.sql.rows.reading import decimal, flag, instant, remembered
from adapters.sql.session import Row
from application.ports.strategy import Mark, Memory
from domain.market.symbol import SymbolName, symbol_name
from domain.market.timeframe import Timeframe
from domain.shared import time
from domain.shared.money import Price, text
from domain.strategy.catalogue import StrategyConfig


def _json(value: object) -> str:
    return json.dumps(value, allow_nan=False)


def _object(written: str) -> Mapping[str, Any]:
    return msgspec.json.decode(written, type=dict[str, Any])


def config_row(config: StrategyConfig) -> Row:
    return (
        config.name,
        int(config.enabled),
        _json(config.parameters),
        _json(config.symbols),
        text(config.allocation),
    )


@remembered
def config(row: Row) -> StrategyConfig:
    name, enabled, parameters, symbols, allocation = row
    return StrategyConfig(
        name=name,
        enabled=flag(enabled),
        parameters=_object(parameters),
        symbols=tuple(map(symbol_name, msgspec.json.decode(symbols, type=list[str]))),
        allocation=decimal(allocation),
    )


def memory_row(memory: Memory) -> Row:
    return (memory.strategy, memory.symbol, _json(memory.state))


def memory(row: Row) -> Memory:
    strategy, symbol, state = row
    return Memory(strategy=strategy, symbol=symbol, state=_object(state))


def mark_row(timeframe: Timeframe, symbol: SymbolName, mark: Mark) -> Row:
    return (timeframe.value, symbol, time.text(mark.opened), time.text(mark.closed), text(mark.close))


@remembered
def mark(row: Row) -> tuple[SymbolName, Mark]:
    _, symbol, opened, closed, close = row
    return symbol, Mark(instant(opened), instant(closed), Price(decimal(close)))
