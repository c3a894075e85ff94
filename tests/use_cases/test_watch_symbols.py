"""Watching symbols: the record of markets follows the exchange, and what appears later is a listing."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.exchange import MemoryExchange
from application.market.list_listings import ListListings, ListListingsHandler
from application.market.list_symbols import ListSymbolsHandler
from application.market.watch_symbols import WatchSymbolsHandler
from application.ports.transactions import Transactions
from domain.errors import Unavailable
from domain.market.listing import Listing, SymbolListed
from domain.market.symbol import Symbol, SymbolName
from support.build import BTC, ETH, START, a_symbol, an_account, minutes, new_ids
from support.crash import DoomedTransactions, Moment

pytestmark = pytest.mark.anyio


@pytest.fixture
def database() -> MemoryDatabase:
    return MemoryDatabase(an_account())


async def watch(database: Transactions, *offered: Symbol, at: datetime | None = None) -> Sequence[SymbolName]:
    exchange = MemoryExchange(symbols=offered)
    now = START + minutes(60)
    return await WatchSymbolsHandler(transactions=database, exchange=exchange, now=lambda: now, new_id=new_ids())(at)


async def listings(database: MemoryDatabase) -> Sequence[Listing]:
    return (await ListListingsHandler(transactions=database)(ListListings())).items


async def test_what_is_there_at_the_first_look_is_no_listing(database: MemoryDatabase) -> None:
    assert await watch(database, a_symbol(BTC), a_symbol(ETH)) == []
    assert await ListSymbolsHandler(transactions=database)() == [a_symbol(BTC), a_symbol(ETH)]
    assert await listings(database) == []


async def test_what_appears_later_is_listed_and_told_once(database: MemoryDatabase) -> None:
    await watch(database, a_symbol(BTC))
    assert await watch(database, a_symbol(BTC), a_symbol(ETH), at=START) == [ETH]
    assert await watch(database, a_symbol(BTC), a_symbol(ETH), at=START + minutes(5)) == []
    assert await listings(database) == [Listing(symbol=ETH, listed_at=START)]
    (event,) = await database.read(lambda stores: stores.outbox.waiting(10))
    assert isinstance(event, SymbolListed)
    assert (event.symbol, event.at) == (ETH, START)


async def test_without_a_market_time_the_walls_counts(database: MemoryDatabase) -> None:
    await watch(database, a_symbol(BTC))
    await watch(database, a_symbol(BTC), a_symbol(ETH))
    assert await listings(database) == [Listing(symbol=ETH, listed_at=START + minutes(60))]


async def test_while_nothing_changes_nothing_is_written(database: MemoryDatabase) -> None:
    await watch(database, a_symbol(BTC))
    watched = DoomedTransactions(inner=database, last=1, moment=Moment.BEFORE)
    assert await watch(watched, a_symbol(BTC)) == []
    assert watched.writes == 0


async def test_changed_steps_are_recorded(database: MemoryDatabase) -> None:
    await watch(database, a_symbol(BTC))
    assert await watch(database, a_symbol(BTC, price_tick="0.1")) == []
    assert await ListSymbolsHandler(transactions=database)() == [a_symbol(BTC, price_tick="0.1")]


async def test_what_disappears_stays_on_record(database: MemoryDatabase) -> None:
    await watch(database, a_symbol(BTC), a_symbol(ETH))
    await watch(database, a_symbol(BTC))
    assert len(await ListSymbolsHandler(transactions=database)()) == 2


async def test_an_exchange_that_does_not_answer_changes_nothing(database: MemoryDatabase) -> None:
    exchange = MemoryExchange(symbols=[a_symbol(BTC)])
    exchange.fail(Unavailable("down"))
    with pytest.raises(Unavailable):
        await WatchSymbolsHandler(transactions=database, exchange=exchange, now=lambda: START, new_id=new_ids())()
    assert await ListSymbolsHandler(transactions=database)() == []
