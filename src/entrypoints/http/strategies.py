"""Strategies."""

from decimal import Decimal

from attrs import frozen

from domain.errors import Invalid, NotFound
from domain.identity.permission import Permission
from domain.identity.user import Caller
from domain.market.symbol import SymbolName
from domain.strategy.catalogue import StrategyConfig
from domain.strategy.parameters import RawParameters
from entrypoints.http.endpoint import Endpoint
from entrypoints.http.inputs import body
from entrypoints.http.paging import paged
from entrypoints.http.services import Services
from entrypoints.http.views.strategies import StrategyPage, StrategyView, strategy_view
from entrypoints.http.wire import Limit, Share


@frozen(kw_only=True)
class StrategiesQuery:
    cursor: str | None = None
    limit: Limit = Limit(100)


@frozen(kw_only=True)
class StrategySettings:
    """Parameters that are left out have their defaults; no symbols means every symbol."""

    enabled: bool
    parameters: RawParameters
    symbols: tuple[SymbolName, ...]
    allocation: Share


@frozen(kw_only=True)
class StrategyChange:
    name: str
    settings: StrategySettings = body()


async def list_strategies(services: Services, _: object, query: StrategiesQuery) -> StrategyPage:
    """List the strategies, by name."""
    found = sorted(await services.list_strategies(), key=lambda config: config.name)
    page = paged(found, lambda config: config.name, query.cursor, query.limit)
    items = [strategy_view(config) for config in page.items]
    return StrategyPage(mode=services.mode, items=items, next_cursor=page.next_cursor)


async def change_strategy(services: Services, caller: Caller, request: StrategyChange) -> StrategyView:
    """Switch a strategy on or off and choose its parameters, symbols and allocation."""
    wanted = request.settings
    config = StrategyConfig(
        name=request.name,
        enabled=wanted.enabled,
        parameters=wanted.parameters,
        symbols=wanted.symbols,
        allocation=Decimal(wanted.allocation),
    )
    return strategy_view(await services.change_strategy(caller, config))


ENDPOINTS = (
    Endpoint(method="GET", path="/api/v1/strategies", access=Permission.READ_STRATEGIES, call=list_strategies),
    Endpoint(
        method="PUT",
        path="/api/v1/strategies/{name}",
        access=Permission.MANAGE_STRATEGIES,
        call=change_strategy,
        raises=(NotFound, Invalid),
    ),
)
