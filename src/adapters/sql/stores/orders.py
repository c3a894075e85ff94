"""The order journal and its idempotency keys in SQL."""

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import bindparam, select

from adapters.sql import statements
from adapters.sql.rows import trading as rows
from adapters.sql.rows.reading import read, read_all
from adapters.sql.session import Session
from adapters.sql.statements import BEYOND, compiled
from adapters.sql.tables import idempotency_keys, open_orders, orders
from application.ports.trading import OrderFilter
from domain.errors import Conflict, NotFound
from domain.shared.ids import OrderId, UserId
from domain.trading.in_flight import InFlight
from domain.trading.order import Order

_ADD = statements.add(orders)
_REPLACE = statements.replace(orders)
_GET = compiled(select(orders).where(orders.c.id == bindparam("id")), "id")
_OPEN = compiled(select(orders).where(open_orders).order_by(orders.c.id))
_LEFT = ("id", "symbol", "side", "type", "quantity", "filled_quantity", "limit_price", "stop_price")
_IN_FLIGHT = compiled(select(*(orders.c[name] for name in _LEFT)).where(open_orders).order_by(orders.c.id))
_PAGE = select(orders).where(orders.c.id < bindparam("before")).order_by(orders.c.id.desc()).limit(bindparam("limit"))
_of_symbol = orders.c.symbol == bindparam("symbol")
_of_status = orders.c.status == bindparam("status")
_PAGES = {
    (False, False): compiled(_PAGE, "before", "limit"),
    (True, False): compiled(_PAGE.where(_of_symbol), "before", "symbol", "limit"),
    (False, True): compiled(_PAGE.where(_of_status), "before", "status", "limit"),
    (True, True): compiled(_PAGE.where(_of_symbol, _of_status), "before", "symbol", "status", "limit"),
}

_ADD_KEY = statements.add(idempotency_keys)
_FIND_KEY = compiled(
    select(idempotency_keys.c.order_id, idempotency_keys.c.fingerprint).where(
        idempotency_keys.c.user_id == bindparam("user_id"), idempotency_keys.c.key == bindparam("key")
    ),
    *("user_id", "key"),
)


@frozen
class SqlOrders:
    session: Session

    def add(self, order: Order) -> None:
        if not self.session.write(_ADD, rows.order_row(order)):
            raise Conflict(f"there is an order {order.id} already")

    def save(self, order: Order) -> None:
        key, *rest = rows.order_row(order)
        if not self.session.write(_REPLACE, (*rest, key)):
            raise NotFound(f"there is no order {order.id}")

    def get(self, order_id: OrderId) -> Order:
        row = self.session.one(_GET, (order_id,))
        if row is None:
            raise NotFound(f"there is no order {order_id}")
        return read(orders, rows.order, row)

    def open(self) -> Sequence[Order]:
        return read_all(orders, rows.order, self.session.all(_OPEN))

    def in_flight(self) -> Sequence[InFlight]:
        return read_all(orders, rows.in_flight, self.session.all(_IN_FLIGHT))

    def page(self, wanted: OrderFilter, *, before: OrderId | None, limit: int) -> Sequence[Order]:
        only = [value for value in (wanted.symbol, wanted.status and wanted.status.value) if value is not None]
        sql = _PAGES[wanted.symbol is not None, wanted.status is not None]
        below = BEYOND if before is None else before
        return read_all(orders, rows.order, self.session.all(sql, (below, *only, limit)))


@frozen
class SqlIdempotencyKeys:
    session: Session

    def find(self, user: UserId, key: str) -> tuple[OrderId, str] | None:
        row = self.session.one(_FIND_KEY, (user, key))
        return None if row is None else (row[0], row[1])

    def add(self, user: UserId, key: str, order_id: OrderId, fingerprint: str) -> None:
        if not self.session.write(_ADD_KEY, (user, key, order_id, fingerprint)):
            raise Conflict("this idempotency key stands for an order already")
