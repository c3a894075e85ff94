"""Strategies as the API shows them."""

from collections.abc import Mapping, Sequence

from attrs import define

from domain.shared import money
from domain.strategy.catalogue import StrategyConfig
from domain.trading.order import TradingMode
from entrypoints.http.wire import AmountText, SymbolText


@define(kw_only=True, slots=False)
class StrategyView:
    """A strategy and what is set about it. No symbols means every symbol; an entry is worth the share
    `allocation` of equity."""

    name: str
    enabled: bool
    parameters: Mapping[str, int | str]
    symbols: Sequence[SymbolText]
    allocation: AmountText


@define(kw_only=True, slots=False)
class StrategyPage:
    mode: TradingMode
    items: Sequence[StrategyView]
    next_cursor: str | None


def strategy_view(config: StrategyConfig) -> StrategyView:
    return StrategyView(
        name=config.name,
        enabled=config.enabled,
        parameters=config.parameters,
        symbols=config.symbols,
        allocation=money.text(config.allocation),
    )
