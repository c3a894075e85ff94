"""From the market to the message: the same trades in every run, however often it is killed."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.broker import MemoryBroker, Outage
from adapters.memory.exchange import MemoryExchange
from domain.errors import Rejected, Unavailable
from domain.market.candle import Candle
from domain.trading.order import OrderStatus
from support.build import BTC, ETH, an_id, an_order
from support.crash import DoomedTransactions, Moment
from support.record import everything
from support.service import Service, batches, wild_candles
from support.virtual_time import VirtualTimeLoop

pytestmark = pytest.mark.anyio

SHORT = wild_candles(40)
LONG = wild_candles(150, seed=2)
MISSED = SHORT[21:25:2]
"""Candles of one symbol that the market never had."""


async def a_service(candles: Sequence[Candle] = SHORT, size: int = 20, **settings: Any) -> Service:
    streamed = [candle for candle in candles if candle not in MISSED]
    return await Service(exchange=MemoryExchange(batches(streamed, size)), **settings).prepare()


async def record_of(service: Service) -> Mapping[str, Any]:
    return await service.database.read(everything)


async def uninterrupted(candles: Sequence[Candle] = SHORT) -> Mapping[str, Any]:
    service = await a_service(candles)
    await service.run()
    return await record_of(service)


async def test_candles_become_trades_and_trades_become_messages() -> None:
    record = await uninterrupted()
    assert {symbol: len(candles) for symbol, candles in record["candles"].items()} == {BTC: 40, ETH: 38}
    assert len(record["fills"]) > 20
    assert {order.strategy for order in record["orders"]} == {"ema_crossover", "rsi_reversion"}
    assert {order.status for order in record["orders"]} > {OrderStatus.FILLED}
    assert len(record["told"]) > len(record["fills"])
    assert (len(record["gaps"]), record["untold"]) == (1, 0)


async def test_the_portfolio_adds_up_to_the_last_decimal() -> None:
    record = await uninterrupted(LONG)
    portfolio, prices = record["portfolio"], {symbol: mark.close for symbol, mark in record["marks"].items()}
    profit = portfolio.realised + portfolio.unrealised(prices) - portfolio.fees
    assert portfolio.equity(prices) == portfolio.account.starting_balance + profit
    assert portfolio.fees > 0


@pytest.mark.parametrize("size", [1, 2, 7, 80])
async def test_the_same_candles_give_the_same_trades_however_they_arrive(size: int) -> None:
    service = await a_service(size=size)
    await service.run()
    assert await record_of(service) == await uninterrupted()


async def test_where_the_journal_is_the_brokers_book_the_trades_are_the_same() -> None:
    service = await a_service(hand_over=False)
    await service.run()
    assert service.broker.received == []
    assert await record_of(service) == await uninterrupted()


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize(("hand_over", "forgetful"), [(True, False), (True, True), (False, False)])
async def test_killed_at_any_write_and_started_again_it_ends_like_a_run_without_interruption(
    moment: Moment, hand_over: bool, forgetful: bool
) -> None:
    """A broker within the process forgets its orders with it, one outside does not."""
    expected = await uninterrupted()
    for last in range(1, 1_000):
        service = await a_service(size=7, hand_over=hand_over)
        doomed = DoomedTransactions(inner=service.database, last=last, moment=moment)
        await service.run(transactions=doomed)
        if not doomed.dead:
            break
        if forgetful:
            service.broker = MemoryBroker()
        await service.run()
        assert await record_of(service) == expected, f"killed at write {last}"
    assert last > 25


@given(kills=st.lists(st.tuples(st.integers(1, 60), st.sampled_from(Moment)), min_size=1, max_size=8))
@settings(max_examples=25)
def test_killed_again_and_again_it_ends_like_a_run_without_interruption(kills: list[tuple[int, Moment]]) -> None:
    async def killed() -> None:
        service = await a_service(LONG)
        for last, moment in kills:
            await service.run(transactions=DoomedTransactions(inner=service.database, last=last, moment=moment))
        await service.run()
        assert await record_of(service) == await uninterrupted(LONG)

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(killed())


@pytest.mark.parametrize("seconds", [0, 0.01, 1, 2])
async def test_stopped_and_started_again_it_ends_like_a_run_without_interruption(seconds: float) -> None:
    service = await a_service(LONG)
    async with service.running() as process:
        await asyncio.sleep(seconds)
        process.supervisor.stop()
        await asyncio.sleep(1)
    await service.run()
    assert await record_of(service) == await uninterrupted(LONG)


class FlakyBroker(MemoryBroker):
    """Loses one call in three, before or after it was received."""

    calls = 0

    async def place(self, order: Any) -> None:
        self.calls += 1
        self.outage = {0: Outage.BEFORE, 1: Outage.AFTER}.get(self.calls % 6)
        try:
            await super().place(order)
        finally:
            self.outage = None


async def test_a_broker_that_loses_calls_gets_every_order_once_and_the_trades_are_the_same() -> None:
    service = await a_service()
    service.broker = FlakyBroker()
    await service.run(600)
    record = await record_of(service)
    approved = [order for order in record["orders"] if order.decision.approved]
    assert len(service.broker.accepted) == len(approved)
    assert service.broker.calls > len(approved)
    assert record == await uninterrupted()


@pytest.mark.parametrize("outage", Outage)
async def test_nothing_is_traded_while_it_is_unknown_what_the_broker_has(outage: Outage) -> None:
    service = await a_service()
    service.broker.outage = outage
    await service.run(100)
    record = await record_of(service)
    assert [order.status for order in record["orders"]] == [OrderStatus.NEW]
    assert record["fills"] == []
    service.broker.outage = None
    await service.run(100)
    assert await record_of(service) == await uninterrupted()


async def test_a_broker_that_refuses_ends_the_order_and_trading_goes_on() -> None:
    service = await a_service()
    service.broker.rejection = "the account is closed"
    await service.run()
    record = await record_of(service)
    approved = [order for order in record["orders"] if order.decision.approved]
    assert {(order.status, order.reason) for order in approved} == {(OrderStatus.REJECTED, "the account is closed")}
    assert record["fills"] == []
    assert {symbol: mark.opened for symbol, mark in record["marks"].items()} == {
        SHORT[-2].symbol: SHORT[-2].open_time,
        SHORT[-1].symbol: SHORT[-1].open_time,
    }


async def test_an_intent_left_by_a_killed_process_reaches_the_broker_before_anything_is_traded() -> None:
    service = await a_service()
    intent = an_order(id=an_id(10**6), quantity="0.5", created_at=SHORT[0].open_time)
    await service.database.write(lambda stores: stores.orders.add(intent))
    await service.run()
    first = service.broker.received[0]
    assert first.id == intent.id
    (fill,) = await service.database.read(lambda stores: stores.fills.of(intent.id))
    assert fill.executed_at == SHORT[0].open_time


async def test_an_intent_that_another_caller_could_not_hand_over_is_handed_over_later() -> None:
    service = await a_service()
    async with service.running():
        await asyncio.sleep(5)
        intent = an_order(id=an_id(10**6), quantity="0.5")
        await service.database.write(lambda stores: stores.orders.add(intent))
        await asyncio.sleep(35)
    assert intent.id in service.broker.accepted
    order = await service.database.read(lambda stores: stores.orders.get(intent.id))
    assert order.status is OrderStatus.ACCEPTED


async def test_a_messenger_that_is_down_delays_messages_and_nothing_else() -> None:
    service = await a_service()
    service.messenger.failure = Unavailable("no route to host")
    async with service.running() as process:
        await asyncio.sleep(60)
        assert service.messenger.delivered == []
        silent = await record_of(service)
        assert process.supervisor.states["relay"].failing
        service.messenger.failure = None
        await asyncio.sleep(60)
    told = await record_of(service)
    assert silent["portfolio"] == told["portfolio"]
    assert silent["untold"] == len(told["told"]) == len(service.messenger.delivered)
    assert told == await uninterrupted()


async def test_a_message_that_is_refused_for_good_is_on_record_with_the_reason() -> None:
    service = await a_service()
    service.messenger.failure = Rejected("no such chat")
    await service.run()
    page = await service.database.read(lambda stores: stores.notifications.page(before=None, limit=1000))
    assert {notification.error for notification in page} == {"no such chat"}
    assert (await record_of(service))["untold"] == 0


async def test_an_exchange_that_breaks_off_is_followed_again_without_a_candle_lost() -> None:
    service = await a_service()
    exchange = MemoryExchange(batches(SHORT[:40]), endless=True)
    service.exchange = exchange
    async with service.running() as process:
        await asyncio.sleep(5)
        exchange.fail(Unavailable("connection reset"))
        await asyncio.sleep(5)
        assert process.supervisor.states["feed"].failing
        for batch in batches(SHORT[40:]):
            exchange.push(*batch)
        exchange.fail(None)
        await asyncio.sleep(60)
    whole = await Service(exchange=MemoryExchange(batches(SHORT))).prepare()
    await whole.run()
    assert await record_of(service) == await record_of(whole)
