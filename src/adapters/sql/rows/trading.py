"""Orders and fills."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from adapters.sql.rows.documents import document, read_document
from adapters.sql.rows.reading import decimal, instant, remembered
from adapters.sql.session import Row
from domain.shared import time
from domain.shared.money import Money, Price, Quantity, exact, text
from domain.trading.decision import RiskDecision
from domain.trading.fill import Fill
from domain.trading.in_flight import InFlight
from domain.trading.order import Order, OrderStatus, OrderType, Side, TradingMode

T = TypeVar("T")


def _maybe(read: Callable[[str], T], written: str | None) -> T | None:
    return None if written is None else read(written)


def _price(written: str) -> Price:
    return Price(decimal(written))


def order_row(order: Order) -> Row:
    return (
        order.id,
        order.symbol,
        order.side.value,
        order.type.value,
        text(order.quantity),
        _written(order.limit_price),
        _written(order.stop_price),
        order.mode.value,
        order.status.value,
        text(order.filled_quantity),
        document(order.decision),
        order.placed_by,
        order.strategy,
        order.reason,
        time.text(order.created_at),
        time.text(order.updated_at),
        _written(order.expires_at),
    )


def _written(value: Decimal | datetime | None) -> str | None:
    if value is None:
        return None
    return text(value) if isinstance(value, Decimal) else time.text(value)


@remembered
def order(row: Row) -> Order:
    """Remembers: open orders are read again and again, and a row says all there is to its order."""
    (id_, symbol, side, type_, quantity, limit_price, stop_price, mode, status, filled_quantity) = row[:10]
    (decision, placed_by, strategy, reason, created_at, updated_at, expires_at) = row[10:]
    return Order(
        id=id_,
        symbol=symbol,
        side=Side(side),
        type=OrderType(type_),
        quantity=Quantity(decimal(quantity)),
        limit_price=_maybe(_price, limit_price),
        stop_price=_maybe(_price, stop_price),
        mode=TradingMode(mode),
        status=OrderStatus(status),
        filled_quantity=Quantity(decimal(filled_quantity)),
        decision=read_document(RiskDecision, decision),
        placed_by=placed_by,
        strategy=strategy,
        reason=reason,
        created_at=instant(created_at),
        updated_at=instant(updated_at),
        expires_at=_maybe(instant, expires_at),
    )


def in_flight(row: Row) -> InFlight:
    """Takes the id of the order first, so that a damaged one can be named."""
    return _in_flight(row[1:])


@remembered
@exact
def _in_flight(row: Row) -> InFlight:
    symbol, side, type_, quantity, filled_quantity, limit_price, stop_price = row
    return InFlight(
        symbol=symbol,
        side=Side(side),
        type=OrderType(type_),
        remaining=Quantity(decimal(quantity) - decimal(filled_quantity)),
        limit_price=_maybe(_price, limit_price),
        stop_price=_maybe(_price, stop_price),
    )


def fill_row(fill: Fill) -> Row:
    return (
        fill.id,
        fill.order_id,
        fill.symbol,
        fill.side.value,
        text(fill.price),
        text(fill.quantity),
        text(fill.fee),
        time.text(fill.executed_at),
        fill.mode.value,
        fill.strategy,
    )


@remembered
def fill(row: Row) -> Fill:
    id_, order_id, symbol, side, price, quantity, fee, executed_at, mode, strategy = row
    return Fill(
        id=id_,
        order_id=order_id,
        symbol=symbol,
        side=Side(side),
        price=_price(price),
        quantity=Quantity(decimal(quantity)),
        fee=Money(decimal(fee)),
        executed_at=instant(executed_at),
        mode=TradingMode(mode),
        strategy=strategy,
    )
