"""Orders and trades as the API shows them."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from attrs import define

from application.trading.get_order import OrderDetails
from domain.market.symbol import Source
from domain.shared import money, time
from domain.trading.decision import RiskDecision, Violation
from domain.trading.fill import Fill
from domain.trading.order import Order, OrderStatus, OrderType, Side, TradingMode
from entrypoints.http.wire import AmountText, IdText, SymbolText, TimeText


@define(slots=False)
class ViolationView:
    """A rule of risk that the order broke."""

    rule: str
    observed: str
    limit: str


@define(kw_only=True, slots=False)
class DecisionView:
    """The risk decision made on the order, in the market's clock."""

    approved: bool
    decided_at: TimeText
    violations: Sequence[ViolationView]


@define(kw_only=True, slots=False)
class OrderView:
    """An order, on paper unless its mode says live. Times are the market's."""

    id: IdText
    mode: TradingMode
    symbol: SymbolText
    side: Side
    type: OrderType
    status: OrderStatus
    quantity: AmountText
    filled_quantity: AmountText
    limit_price: AmountText | None
    stop_price: AmountText | None
    decision: DecisionView
    placed_by: str | None
    strategy: str | None
    reason: str | None
    created_at: TimeText
    updated_at: TimeText
    expires_at: TimeText | None


@define(kw_only=True, slots=False)
class OrderPage:
    mode: TradingMode
    source: Source
    items: Sequence[OrderView]
    next_cursor: str | None


@define(kw_only=True, slots=False)
class TradeView:
    """An execution, on paper unless its mode says live; the fee is in the quote currency."""

    id: IdText
    order_id: IdText
    mode: TradingMode
    symbol: SymbolText
    side: Side
    price: AmountText
    quantity: AmountText
    fee: AmountText
    executed_at: TimeText
    strategy: str | None


@define(kw_only=True, slots=False)
class TradePage:
    mode: TradingMode
    source: Source
    items: Sequence[TradeView]
    next_cursor: str | None


@define(kw_only=True, slots=False)
class OrderDetailsView:
    """An order with its executions, oldest first."""

    source: Source
    order: OrderView
    trades: Sequence[TradeView]


def order_view(order: Order) -> OrderView:
    return OrderView(
        id=order.id,
        mode=order.mode,
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        status=order.status,
        quantity=money.text(order.quantity),
        filled_quantity=money.text(order.filled_quantity),
        limit_price=amount_or_none(order.limit_price),
        stop_price=amount_or_none(order.stop_price),
        decision=_decision_view(order.decision),
        placed_by=order.placed_by,
        strategy=order.strategy,
        reason=order.reason,
        created_at=time.text(order.created_at),
        updated_at=time.text(order.updated_at),
        expires_at=time.text(order.expires_at) if order.expires_at else None,
    )


def _decision_view(decision: RiskDecision) -> DecisionView:
    return DecisionView(
        approved=decision.approved,
        decided_at=time.text(decision.decided_at),
        violations=[_violation_view(violation) for violation in decision.violations],
    )


def _violation_view(violation: Violation) -> ViolationView:
    return ViolationView(violation.rule, violation.observed, violation.limit)


@lru_cache(maxsize=1024)  # the newest trades are asked for over and over, and never change
def trade_view(fill: Fill) -> TradeView:
    return TradeView(
        id=fill.id,
        order_id=fill.order_id,
        mode=fill.mode,
        symbol=fill.symbol,
        side=fill.side,
        price=money.text(fill.price),
        quantity=money.text(fill.quantity),
        fee=money.text(fill.fee),
        executed_at=time.text(fill.executed_at),
        strategy=fill.strategy,
    )


def order_details_view(details: OrderDetails, source: Source) -> OrderDetailsView:
    return OrderDetailsView(
        source=source, order=order_view(details.order), trades=[trade_view(fill) for fill in details.fills]
    )


def amount_or_none(value: Decimal | None) -> str | None:
    return None if value is None else money.text(value)
