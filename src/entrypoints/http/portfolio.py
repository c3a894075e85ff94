"""Positions, the portfolio and its history."""

from datetime import datetime

from attrs import frozen

from application.trading.list_equity import ListEquity
from application.trading.place_order import PlaceOrder
from domain.errors import Conflict, Invalid, NotFound
from domain.identity.permission import Permission
from domain.identity.user import Caller
from domain.market.symbol import SymbolName
from domain.trading.order import OrderType, Side
from entrypoints.http.endpoint import Endpoint, Reply
from entrypoints.http.inputs import Nothing, header
from entrypoints.http.orders import PLACED, placed, submitted
from entrypoints.http.paging import paged, start_after
from entrypoints.http.services import Services
from entrypoints.http.views.orders import OrderView
from entrypoints.http.views.portfolio import (
    EquityPage,
    PortfolioView,
    PositionPage,
    equity_point_view,
    portfolio_view,
    position_views,
)
from entrypoints.http.wire import IdempotencyKey, Limit


@frozen(kw_only=True)
class PositionsQuery:
    cursor: SymbolName | None = None
    limit: Limit = Limit(100)


@frozen(kw_only=True)
class Closing:
    symbol: SymbolName
    idempotency_key: IdempotencyKey = header("Idempotency-Key")


@frozen(kw_only=True)
class Period:
    from_: datetime | None = None
    to: datetime | None = None
    cursor: datetime | None = None
    limit: Limit = Limit(100)


async def list_positions(services: Services, _: object, query: PositionsQuery) -> PositionPage:
    """List what is held, by symbol."""
    report = await services.get_portfolio()
    page = paged(position_views(report), lambda position: position.symbol, query.cursor, query.limit)
    portfolio = portfolio_view(report)
    return PositionPage(
        mode=portfolio.mode,
        source=portfolio.source,
        as_of=portfolio.as_of,
        items=page.items,
        next_cursor=page.next_cursor,
    )


async def close_position(services: Services, caller: Caller, request: Closing) -> Reply[OrderView]:
    """Sell all that is held of one symbol at the market, once for each idempotency key."""
    known = await services.find_placed(caller, request.idempotency_key)
    if known is not None and (known.symbol, known.side, known.type) == (request.symbol, Side.SELL, OrderType.MARKET):
        return await submitted(services, known)
    report = await services.get_portfolio()
    quantity = report.portfolio.position(request.symbol).quantity
    if not quantity:
        raise NotFound(f"nothing is held of {request.symbol}", code="position_not_found", field="symbol")
    command = PlaceOrder(symbol=request.symbol, side=Side.SELL, type=OrderType.MARKET, quantity=quantity)
    return await placed(services, caller, command, request.idempotency_key)


async def get_portfolio(services: Services, _: object, query: Nothing) -> PortfolioView:
    """Show cash, holdings and profit."""
    return portfolio_view(await services.get_portfolio())


async def list_history(services: Services, _: object, query: Period) -> EquityPage:
    """List what the portfolio was worth, oldest first; without `from` and `cursor`, the newest points."""
    start = start_after(query.from_, query.to, query.cursor)
    page = await services.list_equity(ListEquity(start=start, end=query.to, limit=query.limit))
    return EquityPage(
        mode=services.mode,
        source=services.source,
        items=[equity_point_view(point) for point in page.items],
        next_cursor=page.next_cursor,
    )


_READ = Permission.READ_TRADING

ENDPOINTS = (
    Endpoint(method="GET", path="/api/v1/positions", access=_READ, call=list_positions),
    Endpoint(
        method="POST",
        path="/api/v1/positions/{symbol:path}/close",
        access=Permission.PLACE_ORDERS,
        call=close_position,
        answers=PLACED,
        raises=(NotFound, Invalid, Conflict),
    ),
    Endpoint(method="GET", path="/api/v1/portfolio", access=_READ, call=get_portfolio),
    Endpoint(method="GET", path="/api/v1/portfolio/history", access=_READ, call=list_history, raises=(Invalid,)),
)
