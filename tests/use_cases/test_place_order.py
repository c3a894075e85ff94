"""Placing an order: rounded, decided, journaled, and once for each idempotency key."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.memory.exchange import MemoryExchange
from application.trading.place_order import PlaceOrderHandler
from domain.errors import Conflict, Invalid, NotFound
from domain.market.symbol import Source, SymbolName
from domain.trading.events import OrderEnded
from domain.trading.order import OrderStatus, OrderType, Side, TradingMode
from domain.trading.risk import Halt
from support.build import BTC, ETH, START, a_candle, a_symbol, minutes
from support.office import NOON, Office, a_caller, an_intent

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office() -> Office:
    return await Office().open()


async def test_an_order_is_journaled_with_its_decision_before_any_broker_hears_of_it(office: Office) -> None:
    order = await office.place()
    assert order == await office.order(order.id)
    assert (order.status, order.decision.approved, order.placed_by) == (OrderStatus.NEW, True, "user_1")
    assert (order.mode, order.created_at) == (TradingMode.PAPER, START)
    assert office.broker.received == []
    assert await office.waiting() == []


async def test_where_the_journal_is_the_brokers_book_an_order_in_it_is_accepted(office: Office) -> None:
    place = office.a(PlaceOrderHandler, hand_over=False)
    order = await place(a_caller(), an_intent(), "key")
    assert order == await office.order(order.id) == await office.submit(order)
    assert (order.status, order.created_at, order.updated_at) == (OrderStatus.ACCEPTED, START, START)
    assert office.broker.received == []

    assert (await office.cancel(order)).status is OrderStatus.CANCELLED
    refused = await place(a_caller(), an_intent(quantity="50"), "another key")
    assert refused.status is OrderStatus.REJECTED


async def test_the_same_key_and_request_is_the_same_order(office: Office) -> None:
    first = await office.place(key="a")
    assert await office.place(key="a") == first
    assert len(await office.orders()) == 1


async def test_a_replay_shows_what_became_of_the_order_meanwhile(office: Office) -> None:
    order = await office.place(key="a")
    await office.submit(order)
    assert (await office.place(key="a")).status is OrderStatus.ACCEPTED


async def test_the_same_key_for_another_request_is_a_conflict(office: Office) -> None:
    await office.place(key="a")
    with pytest.raises(Conflict) as refusal:
        await office.place(an_intent(quantity="2"), key="a")
    assert refusal.value.code == "idempotency_key_reused"
    assert len(await office.orders()) == 1


async def test_keys_belong_to_their_callers(office: Office) -> None:
    mine, yours = await office.place(key="a", by="user_1"), await office.place(key="a", by="user_2")
    assert mine.id != yours.id


async def test_a_refused_order_is_the_answer_to_its_replay_too(office: Office) -> None:
    refused = await office.place(an_intent(quantity="50"), key="a")
    assert refused.status is OrderStatus.REJECTED
    assert await office.place(an_intent(quantity="50"), key="a") == refused


async def test_an_invalid_request_uses_up_no_key(office: Office) -> None:
    with pytest.raises(Invalid):
        await office.place(an_intent(quantity="0.00001"), key="a")
    assert (await office.place(key="a")).status is OrderStatus.NEW


async def test_amounts_are_rounded_to_the_market(office: Office) -> None:
    order = await office.place(an_intent(type=OrderType.LIMIT, quantity="1.000019", limit_price="99.999"))
    assert (order.quantity, order.limit_price) == (Decimal("1.00001"), Decimal("99.99"))
    sale = an_intent(side=Side.SELL, type=OrderType.LIMIT, quantity="1", limit_price="99.991")
    assert (await office.place(sale, key="b")).limit_price == Decimal("100.00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": "0.04999"}, "quantity"),
        ({"quantity": "0.000001"}, "quantity"),
        ({"quantity": "0"}, "quantity"),
        ({"type": OrderType.LIMIT}, "limit_price"),
        ({"limit_price": "100"}, "limit_price"),
        ({"type": OrderType.STOP}, "stop_price"),
        ({"expires_at": START}, "expires_at"),
    ],
)
async def test_what_breaks_a_rule_of_the_order_or_its_market_leaves_nothing(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await office.place(an_intent(**changes))
    assert refusal.value.field == field
    assert await office.orders() == []


async def test_the_least_that_an_order_may_be_worth_is_enough(office: Office) -> None:
    assert (await office.place(an_intent(quantity="0.05"))).status is OrderStatus.NEW


async def test_an_unknown_symbol_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound) as refusal:
        await office.place(an_intent(symbol=SymbolName("DOGE/USDT")))
    assert (refusal.value.code, refusal.value.field) == ("symbol_not_found", "symbol")


async def test_an_order_that_risk_refuses_is_on_record_with_the_reasons_and_told(office: Office) -> None:
    order = await office.place(an_intent(quantity="50"))
    assert (await office.order(order.id)).status is OrderStatus.REJECTED
    assert {violation.rule for violation in order.decision.violations} == {"max_position"}
    assert order.reason == "max_position: 5000 (limit 2500)"
    (event,) = await office.waiting()
    assert isinstance(event, OrderEnded)
    assert (event.order_id, event.status, event.reason) == (order.id, "rejected", order.reason)


async def test_orders_in_flight_count(office: Office) -> None:
    assert (await office.place(an_intent(quantity="20"), key="a")).decision.approved
    second = await office.place(an_intent(quantity="20"), key="b")
    assert [violation.rule for violation in second.decision.violations] == ["max_position"]


async def test_while_trading_is_halted_nothing_is_bought(office: Office) -> None:
    await office.database.write(lambda stores: stores.risk.set_halt(Halt(halted=True, reason="storm")))
    order = await office.place()
    assert [violation.rule for violation in order.decision.violations] == ["trading_halted"]


async def test_before_anything_is_prepared_nothing_passes() -> None:
    office = Office()
    await office.database.write(lambda stores: stores.symbols.save([a_symbol(BTC)]))
    order = await office.place()
    assert [violation.rule for violation in order.decision.violations] == ["limits_known"]


async def test_on_a_live_market_the_order_is_created_now() -> None:
    office = await Office(exchange=MemoryExchange(source=Source.LIVE)).open()
    assert (await office.place()).created_at == NOON


async def test_on_any_other_market_it_is_created_at_the_close_of_the_newest_candle() -> None:
    office = await Office().open()
    await office.trade_all(a_candle(open_time=START))
    assert (await office.place()).created_at == START + minutes(5)
    assert (await office.place(an_intent(symbol=ETH), key="b")).created_at == START + minutes(5)


async def test_a_symbol_without_a_candle_lives_in_the_time_of_its_market_too() -> None:
    office = await Office().open(marked=[BTC])
    order = await office.place(an_intent(symbol=ETH, type=OrderType.LIMIT, quantity="10", limit_price="10"))
    assert (order.status, order.created_at) == (OrderStatus.NEW, START)
    await office.submit(order)
    await office.trade_all(a_candle(symbol=ETH, open="10", open_time=START))
    assert (await office.order(order.id)).status is OrderStatus.FILLED
