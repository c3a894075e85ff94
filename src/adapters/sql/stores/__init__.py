"""The stores over SQL: each method runs statements compiled at import inside the present transaction."""

from adapters.sql.session import Session
from adapters.sql.stores.candles import SqlCandles
from adapters.sql.stores.conflicts import SqlConflicts
from adapters.sql.stores.fills import SqlFills
from adapters.sql.stores.market import SqlGaps, SqlListings, SqlSymbols
from adapters.sql.stores.notifications import SqlNotifications, SqlOutbox
from adapters.sql.stores.orders import SqlIdempotencyKeys, SqlOrders
from adapters.sql.stores.risk import SqlAccounts, SqlEquityHistory, SqlRiskSettings
from adapters.sql.stores.strategies import SqlStrategies, SqlStrategyMemories
from domain.trading.portfolio import Account


class SqlStores:
    """Everything on record, through one connection."""

    def __init__(self, session: Session, account: Account) -> None:
        self.session = session
        self.symbols = SqlSymbols(session)
        self.candles = SqlCandles(session)
        self.gaps = SqlGaps(session)
        self.listings = SqlListings(session)
        self.accounts = SqlAccounts(session)
        self.orders = SqlOrders(session)
        self.fills = SqlFills(session, account)
        self.idempotency_keys = SqlIdempotencyKeys(session)
        self.risk = SqlRiskSettings(session)
        self.equity = SqlEquityHistory(session)
        self.strategies = SqlStrategies(session)
        self.memories = SqlStrategyMemories(session)
        self.outbox = SqlOutbox(session)
        self.notifications = SqlNotifications(session)
        self.conflicts = SqlConflicts(session)
