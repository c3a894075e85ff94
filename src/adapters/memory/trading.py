"""Orders and fills in memory."""

from collections.abc import Sequence
from itertools import islice
from operator import attrgetter

from adapters.memory.table import Journal, Table
from application.ports.trading import OrderFilter
from domain.errors import Conflict, NotFound
from domain.market.symbol import SymbolName
from domain.shared.ids import FillId, OrderId, UserId
from domain.trading.fill import Fill
from domain.trading.in_flight import InFlight
from domain.trading.order import Order
from domain.trading.portfolio import Account, Portfolio


class MemoryOrders:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._orders: Table[str, Order] = Table(journal)
        self._open: Table[str, Order] = Table(journal)

    def add(self, order: Order) -> None:
        if not self._orders.add(order.id, order):
            raise Conflict(f"there is an order {order.id} already")
        self._track(order)

    def save(self, order: Order) -> None:
        self._journal.check_writable()
        self.get(order.id)
        self._orders.put(order.id, order)
        self._track(order)

    def _track(self, order: Order) -> None:
        if order.status.open:
            self._open.put(order.id, order)
        else:
            self._open.remove(order.id)

    def get(self, order_id: OrderId) -> Order:
        order = self._orders.get(order_id)
        if order is None:
            raise NotFound(f"there is no order {order_id}")
        return order

    def open(self) -> Sequence[Order]:
        return list(self._open.rising())

    def in_flight(self) -> Sequence[InFlight]:
        return [InFlight.of(order) for order in self._open.rising()]

    def page(self, wanted: OrderFilter, *, before: OrderId | None, limit: int) -> Sequence[Order]:
        found = (
            order
            for order in self._orders.falling(until=before)
            if wanted.symbol in (None, order.symbol) and wanted.status in (None, order.status)
        )
        return list(islice(found, limit))


class MemoryIdempotencyKeys:
    def __init__(self, journal: Journal) -> None:
        self._keys: Table[tuple[str, str], tuple[OrderId, str]] = Table(journal)

    def find(self, user: UserId, key: str) -> tuple[OrderId, str] | None:
        return self._keys.get((user, key))

    def add(self, user: UserId, key: str, order_id: OrderId, fingerprint: str) -> None:
        if not self._keys.add((user, key), (order_id, fingerprint)):
            raise Conflict("this idempotency key stands for an order already")


class MemoryFills:
    """`_folded` is how many of the recorded fills are in the portfolio, the last to execute, and that portfolio."""

    def __init__(self, journal: Journal, account: Account) -> None:
        self._journal = journal
        self._fills: Table[str, Fill] = Table(journal)
        self._recorded: list[Fill] = []
        self._opened = Portfolio.opened(account)
        self._folded: tuple[int, Fill | None, Portfolio] = 0, None, self._opened

    def add(self, fill: Fill) -> None:
        if not self._fills.add(fill.id, fill):
            raise Conflict(f"there is a fill {fill.id} already")
        self._recorded.append(fill)
        folded = self._folded
        self._journal.changed(lambda: self._forget_last(folded))

    def _forget_last(self, folded: tuple[int, Fill | None, Portfolio]) -> None:
        self._recorded.pop()
        self._folded = folded

    def page(self, *, symbol: SymbolName | None, before: FillId | None, limit: int) -> Sequence[Fill]:
        found = (fill for fill in self._fills.falling(until=before) if symbol in (None, fill.symbol))
        return list(islice(found, limit))

    def of(self, order_id: OrderId) -> Sequence[Fill]:
        return [fill for fill in self._recorded if fill.order_id == order_id]

    def portfolio(self) -> Portfolio:
        count, last, portfolio = self._folded
        newer = sorted(self._recorded[count:], key=_moment)
        if newer and last is not None and newer[0].moment < last.moment:
            newer, portfolio = sorted(self._recorded, key=_moment), self._opened
        if newer:
            portfolio = portfolio.applied(newer)
            self._folded = len(self._recorded), newer[-1], portfolio
        return portfolio


_moment = attrgetter("moment")
