"""Orders, fills and risk settings on record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from domain.market.symbol import SymbolName
from domain.shared.ids import FillId, OrderId, UserId
from domain.trading.fill import Fill
from domain.trading.in_flight import InFlight
from domain.trading.order import Order, OrderStatus
from domain.trading.portfolio import Account, EquityPoint, Portfolio
from domain.trading.risk import EquityMarks, Halt, RiskLimits


@frozen(kw_only=True)
class OrderFilter:
    """Which orders to list; None means any."""

    symbol: SymbolName | None = None
    status: OrderStatus | None = None


class Accounts(Protocol):
    """The account that this record was begun with; everything in it belongs to that one."""

    def opened(self) -> Account | None: ...

    def open(self, account: Account) -> None:
        """Raises Conflict if there is one already."""
        ...


class Orders(Protocol):
    """The order journal."""

    def add(self, order: Order) -> None:
        """Record a new order; raises Conflict if its id is taken."""
        ...

    def save(self, order: Order) -> None:
        """Replace the record of an order; raises NotFound if there is none."""
        ...

    def get(self, order_id: OrderId) -> Order:
        """Raises NotFound."""
        ...

    def open(self) -> Sequence[Order]:
        """Orders that may still trade, oldest first."""
        ...

    def in_flight(self) -> Sequence[InFlight]:
        """What is left of each of them, which is found sooner than all there is to it."""
        ...

    def page(self, wanted: OrderFilter, *, before: OrderId | None, limit: int) -> Sequence[Order]:
        """Newest first; `before` continues after that order."""
        ...


class IdempotencyKeys(Protocol):
    """Which order each caller's key stands for."""

    def find(self, user: UserId, key: str) -> tuple[OrderId, str] | None:
        """The order and the fingerprint of the request that made it."""
        ...

    def add(self, user: UserId, key: str, order_id: OrderId, fingerprint: str) -> None: ...


class Fills(Protocol):
    """Executions; never changed, never removed."""

    def add(self, fill: Fill) -> None: ...

    def page(self, *, symbol: SymbolName | None, before: FillId | None, limit: int) -> Sequence[Fill]:
        """Newest first; `before` continues after that fill."""
        ...

    def of(self, order_id: OrderId) -> Sequence[Fill]:
        """The fills of one order, oldest first."""
        ...

    def portfolio(self) -> Portfolio:
        """All fills folded into the account in the order of their execution, however late they were recorded.

        Raises RuleViolated if more was sold than was held by then.
        """
        ...


class RiskSettings(Protocol):
    """Limits, the kill switch and the marks that losses are measured from."""

    def limits(self) -> RiskLimits | None: ...

    def set_limits(self, limits: RiskLimits) -> None: ...

    def halt(self) -> Halt | None: ...

    def set_halt(self, halt: Halt) -> None: ...

    def marks(self) -> EquityMarks | None: ...

    def set_marks(self, marks: EquityMarks) -> None: ...


class EquityHistory(Protocol):
    """The portfolio's worth over the market's time."""

    def add(self, points: Sequence[EquityPoint]) -> None:
        """Record points; one for each time, the first stays."""
        ...

    def page(self, *, start: datetime | None, end: datetime | None, limit: int) -> Sequence[EquityPoint]:
        """Up to `limit` points in `[start, end)`, oldest first; without `start`, the newest ones."""
        ...
