"""The in-memory database behind the `Transactions` port."""

from collections.abc import Callable
from typing import TypeVar

from adapters.memory.conflicts import MemoryConflicts
from adapters.memory.market import MemoryCandles, MemoryGaps, MemoryListings, MemorySymbols
from adapters.memory.notifications import MemoryNotifications, MemoryOutbox
from adapters.memory.risk import MemoryAccounts, MemoryEquityHistory, MemoryRiskSettings
from adapters.memory.strategies import MemoryStrategies, MemoryStrategyMemories
from adapters.memory.table import Journal
from adapters.memory.trading import MemoryFills, MemoryIdempotencyKeys, MemoryOrders
from application.ports.transactions import Stores
from domain.errors import Unavailable
from domain.trading.portfolio import Account

T = TypeVar("T")


class MemoryStores:
    """Everything on record."""

    def __init__(self, journal: Journal, account: Account) -> None:
        self.symbols = MemorySymbols(journal)
        self.candles = MemoryCandles(journal)
        self.gaps = MemoryGaps(journal)
        self.listings = MemoryListings(journal)
        self.accounts = MemoryAccounts(journal)
        self.orders = MemoryOrders(journal)
        self.fills = MemoryFills(journal, account)
        self.idempotency_keys = MemoryIdempotencyKeys(journal)
        self.risk = MemoryRiskSettings(journal)
        self.equity = MemoryEquityHistory(journal)
        self.strategies = MemoryStrategies(journal)
        self.memories = MemoryStrategyMemories(journal)
        self.outbox = MemoryOutbox(journal)
        self.notifications = MemoryNotifications(journal)
        self.conflicts = MemoryConflicts(journal)


class MemoryDatabase:
    """Runs units inline on the event loop, so each runs alone; keeps what it holds while it is closed."""

    def __init__(self, account: Account) -> None:
        self._journal = Journal()
        self._stores = MemoryStores(self._journal, account)
        self._open = True

    async def open(self) -> None:
        self._open = True

    async def close(self) -> None:
        self._open = False

    async def read(self, unit: Callable[[Stores], T]) -> T:
        return self._run(unit, writable=False)

    async def write(self, unit: Callable[[Stores], T], *, durable: bool = True) -> T:
        return self._run(unit, writable=True)

    def _run(self, unit: Callable[[Stores], T], *, writable: bool) -> T:
        if not self._open:
            raise Unavailable("the database is closed", code="database_unavailable")
        self._journal.begin(writable=writable)
        try:
            return unit(self._stores)
        except BaseException:
            self._journal.undo()
            raise
        finally:
            self._journal.end()
