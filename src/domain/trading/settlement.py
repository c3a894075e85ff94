"""Settlement: what an execution does to an order, the fills and the portfolio."""

from collections.abc import Callable

from attrs import evolve, frozen

from domain.market.candle import Candle
from domain.market.symbol import Symbol
from domain.shared.events import Event
from domain.shared.ids import EventId, FillId
from domain.trading.events import OrderEnded, OrderFilled
from domain.trading.fill import Execution, Fill
from domain.trading.fill_model import FillModel
from domain.trading.order import Order, Side
from domain.trading.portfolio import Portfolio

NewId = Callable[[], str]
"""Mints an identifier; later ones sort after earlier ones."""


@frozen(kw_only=True)
class Settlement:
    """An order after a candle, the portfolio it leaves, and what to put on record."""

    order: Order
    portfolio: Portfolio
    fill: Fill | None = None
    events: tuple[Event, ...] = ()


def settle(
    order: Order, candle: Candle, symbol: Symbol, portfolio: Portfolio, model: FillModel, new_id: NewId
) -> Settlement:
    """Let `candle` act on an open `order`.

    Cash never goes negative and no more is sold than is held: what cannot be paid for or delivered is
    cancelled with the reason on the order. No fill is dated after the order's expiry.
    """
    expiry = order.expires_at
    if expiry is not None and candle.open_time >= expiry:
        return _ended(order.expire(candle.open_time), portfolio, new_id)
    execution = model.match(order, candle, symbol)
    if execution is None or (expiry is not None and execution.at > expiry):
        return Settlement(order=order, portfolio=portfolio)
    possible = _possible(order, execution, portfolio, model, symbol)
    if possible is None:
        return _ended(order.cancel(_LACKS[order.side], execution.at), portfolio, new_id)
    settled = _booked(order, possible, portfolio, new_id)
    if possible.quantity < execution.quantity:
        ended = _ended(settled.order.cancel(_LACKS[order.side], execution.at), settled.portfolio, new_id)
        return evolve(settled, order=ended.order, events=settled.events + ended.events)
    return settled


_LACKS = {Side.BUY: "insufficient cash at the fill", Side.SELL: "insufficient holding at the fill"}


def _possible(
    order: Order, execution: Execution, portfolio: Portfolio, model: FillModel, symbol: Symbol
) -> Execution | None:
    if order.side is Side.BUY:
        return model.affordable(execution, portfolio.cash, symbol)
    held = portfolio.position(order.symbol)
    if order.strategy is not None:
        held = min(held, portfolio.book(order.strategy, order.symbol), key=lambda position: position.quantity)
    if execution.quantity <= held.quantity:
        return execution
    if not held.quantity:
        return None
    return evolve(execution, quantity=held.quantity, fee=model.fee(execution.price, held.quantity))


def _booked(order: Order, execution: Execution, portfolio: Portfolio, new_id: NewId) -> Settlement:
    filled = order.fill(execution.quantity, execution.at)
    fill = Fill(
        id=FillId(new_id()),
        order_id=order.id,
        symbol=order.symbol,
        side=order.side,
        price=execution.price,
        quantity=execution.quantity,
        fee=execution.fee,
        executed_at=execution.at,
        mode=order.mode,
        strategy=order.strategy,
    )
    told = OrderFilled(
        id=EventId(new_id()),
        at=execution.at,
        order_id=order.id,
        symbol=order.symbol,
        side=order.side,
        quantity=execution.quantity,
        price=execution.price,
        fee=execution.fee,
        complete=not filled.remaining,
        mode=order.mode,
        strategy=order.strategy,
        reason=order.reason,
    )
    return Settlement(order=filled, portfolio=portfolio.apply(fill), fill=fill, events=(told,))


def _ended(order: Order, portfolio: Portfolio, new_id: NewId) -> Settlement:
    return Settlement(order=order, portfolio=portfolio, events=(order_ended(order, new_id),))


def order_ended(order: Order, new_id: NewId) -> OrderEnded:
    """The news that `order` is over without having filled completely."""
    return OrderEnded(
        id=EventId(new_id()),
        at=order.updated_at,
        order_id=order.id,
        symbol=order.symbol,
        side=order.side,
        quantity=order.quantity,
        status=order.status,
        reason=order.reason or order.status,
        mode=order.mode,
    )
