"""However much is on record, SQLite finds a page without looking at the rest."""

import sqlite3
from contextlib import closing

import pytest

from adapters.sql.stores import SqlStores
from application.ports.trading import OrderFilter
from domain.market.timeframe import Timeframe
from domain.trading.order import OrderStatus
from support.build import BTC, START, an_account, an_id, minutes
from support.stores import sqlite_file

M5 = Timeframe.M5
OF_BTC, OF_NEW = OrderFilter(symbol=BTC), OrderFilter(status=OrderStatus.NEW)
BOTH = OrderFilter(symbol=BTC, status=OrderStatus.NEW)

READS = {
    "candles from": lambda s: s.candles.page(BTC, M5, start=START, end=START + minutes(5), limit=9),
    "newest candles": lambda s: s.candles.page(BTC, M5, start=None, end=None, limit=9),
    "candles after": lambda s: s.candles.after(BTC, M5, START, 9),
    "candles before": lambda s: s.candles.before(BTC, M5, START, 9),
    "newest candle of each": lambda s: s.candles.newest(M5),
    "open orders": lambda s: s.orders.open(),
    "orders in flight": lambda s: s.orders.in_flight(),
    "orders": lambda s: s.orders.page(OrderFilter(), before=an_id(), limit=9),
    "orders of a symbol": lambda s: s.orders.page(OF_BTC, before=None, limit=9),
    "orders of a status": lambda s: s.orders.page(OF_NEW, before=None, limit=9),
    "orders of both": lambda s: s.orders.page(BOTH, before=None, limit=9),
    "idempotency key": lambda s: s.idempotency_keys.find("user", "key"),
    "fills": lambda s: s.fills.page(symbol=None, before=None, limit=9),
    "fills of a symbol": lambda s: s.fills.page(symbol=BTC, before=None, limit=9),
    "fills of an order": lambda s: s.fills.of(an_id()),
    "new fills": lambda s: s.fills.portfolio(),
    "equity from": lambda s: s.equity.page(start=START, end=None, limit=9),
    "newest equity": lambda s: s.equity.page(start=None, end=None, limit=9),
    "notifications": lambda s: s.notifications.page(before=None, limit=9),
}


class Explaining:
    """A session that finds nothing, but asks SQLite how it would look."""

    def __init__(self, connection):
        self._connection = connection
        self.plan = []

    def all(self, sql, parameters=()):
        self.plan += [row[3] for row in self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        return []

    def one(self, sql, parameters=()):
        self.all(sql, parameters)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_reading_follows_an_index(tmp_path, read):
    with closing(sqlite3.connect(sqlite_file(tmp_path))) as connection:
        session = Explaining(connection)
        read(SqlStores(session, an_account()))

    assert session.plan
    for step in session.plan:
        assert "TEMP B-TREE" not in step
        assert not step.startswith("SCAN") or step in ("SCAN seen", "SCAN orders USING INDEX orders_open")
