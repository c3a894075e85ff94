"""Orders and trades."""

from attrs import frozen

from application.ports.trading import OrderFilter
from application.trading.list_orders import ListOrders
from application.trading.list_trades import ListTrades
from application.trading.place_order import PlaceOrder
from domain.errors import Conflict, Invalid, NotFound, Unavailable
from domain.identity.permission import Permission
from domain.identity.user import Caller
from domain.market.symbol import SymbolName
from domain.shared.ids import FillId, OrderId
from domain.sync.lease import NotTheTrader
from domain.trading.order import IllegalTransition, Order, OrderStatus
from entrypoints.http.endpoint import Endpoint, Reply
from entrypoints.http.inputs import body, header
from entrypoints.http.services import Services
from entrypoints.http.views.orders import (
    OrderDetailsView,
    OrderPage,
    OrderView,
    TradePage,
    order_details_view,
    order_view,
    trade_view,
)
from entrypoints.http.wire import IdempotencyKey, Limit


@frozen(kw_only=True)
class Placement:
    idempotency_key: IdempotencyKey = header("Idempotency-Key")
    order: PlaceOrder = body()


@frozen(kw_only=True)
class OrdersQuery:
    symbol: SymbolName | None = None
    status: OrderStatus | None = None
    cursor: OrderId | None = None
    limit: Limit = Limit(100)


@frozen(kw_only=True)
class TradesQuery:
    symbol: SymbolName | None = None
    cursor: FillId | None = None
    limit: Limit = Limit(100)


@frozen(kw_only=True)
class OneOrder:
    id: OrderId


async def place_order(services: Services, caller: Caller, request: Placement) -> Reply[OrderView]:
    """Place an order, once for each idempotency key."""
    return await placed(services, caller, request.order, request.idempotency_key)


async def placed(services: Services, caller: Caller, command: PlaceOrder, key: str) -> Reply[OrderView]:
    """Journal the order and hand it to the broker."""
    return await submitted(services, await services.place_order(caller, command, key))


async def submitted(services: Services, order: Order) -> Reply[OrderView]:
    """Hand a journaled order to the broker; 202 when it is not known yet whether the broker has it."""
    status = 201
    try:
        order = await services.submit_order(order)
    except (Unavailable, NotTheTrader):
        status = 202
    location = f"/api/v1/orders/{order.id}".encode()
    return Reply(value=order_view(order), status=status, headers=[(b"location", location)])


async def list_orders(services: Services, _: object, query: OrdersQuery) -> OrderPage:
    """List orders, the newest first."""
    wanted = OrderFilter(symbol=query.symbol, status=query.status)
    page = await services.list_orders(ListOrders(wanted=wanted, before=query.cursor, limit=query.limit))
    items = [order_view(order) for order in page.items]
    return OrderPage(mode=services.mode, source=services.source, items=items, next_cursor=page.next_cursor)


async def get_order(services: Services, _: object, query: OneOrder) -> OrderDetailsView:
    """Show one order with its trades."""
    return order_details_view(await services.get_order(query.id), services.source)


async def cancel_order(services: Services, caller: Caller, query: OneOrder) -> OrderView:
    """Cancel what of an order has not been executed."""
    return order_view(await services.cancel_order(caller, query.id))


async def list_trades(services: Services, _: object, query: TradesQuery) -> TradePage:
    """List trades, the newest first."""
    page = await services.list_trades(ListTrades(symbol=query.symbol, before=query.cursor, limit=query.limit))
    items = [trade_view(fill) for fill in page.items]
    return TradePage(mode=services.mode, source=services.source, items=items, next_cursor=page.next_cursor)


PLACED = {
    201: "The order, which risk may have rejected: see its status and decision",
    202: "The order is on record, and it is not known yet whether the broker has it",
}

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/api/v1/orders",
        access=Permission.PLACE_ORDERS,
        call=place_order,
        answers=PLACED,
        raises=(NotFound, Invalid, Conflict),
    ),
    Endpoint(method="GET", path="/api/v1/orders", access=Permission.READ_TRADING, call=list_orders),
    Endpoint(
        method="GET",
        path="/api/v1/orders/{id}",
        access=Permission.READ_TRADING,
        call=get_order,
        raises=(NotFound,),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/orders/{id}",
        access=Permission.PLACE_ORDERS,
        call=cancel_order,
        raises=(NotFound, IllegalTransition, Unavailable),
    ),
    Endpoint(method="GET", path="/api/v1/trades", access=Permission.READ_TRADING, call=list_trades),
)
