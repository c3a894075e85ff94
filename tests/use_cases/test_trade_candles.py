"""Trading candles: settle, value, ask the strategies, and commit it all together."""

from decimal import Decimal

import pytest

from application.ports.strategy import Mark
from application.strategy.change_strategy import ChangeStrategyHandler
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.strategy.catalogue import StrategyConfig
from domain.trading.events import OrderEnded, OrderFilled
from domain.trading.order import OrderStatus, OrderType, Side
from domain.trading.risk import Halt
from support.build import BTC, ETH, START, a_candle, a_fill, a_symbol, candles, minutes
from support.office import Office, a_caller, an_intent
from support.record import everything

pytestmark = pytest.mark.anyio

HOLD = StrategyConfig(name="hold", enabled=True)
CROSSOVER = StrategyConfig(name="ema_crossover", enabled=True, parameters={"fast": 2, "slow": 3, "atr_period": 2})
RISE_AND_FALL = (100, 90, 80, 70, 80, 90, 100, 110, 100, 80, 60, 50)


async def test_a_stretch_ends_with_the_first_intent_and_nothing_after_it_is_seen() -> None:
    office = await Office().open(HOLD)
    stretch = await office.trade(*candles(100, 101, 102))
    (intent,) = stretch.intents
    assert stretch.traded == 1
    assert (intent.side, intent.quantity, intent.strategy) == (Side.BUY, 10, "hold")
    assert (intent.created_at, intent.status) == (START + minutes(5), OrderStatus.NEW)
    assert await office.order(intent.id) == intent
    assert office.broker.received == []
    marks = await office.database.read(lambda stores: stores.memories.traded(Timeframe.M5))
    assert marks[BTC] == Mark(START, START + minutes(5), a_candle().close)


async def test_without_an_intent_all_candles_are_traded() -> None:
    office = await Office().open()
    assert (await office.trade(*candles(100, 101, 102))).traded == 3


async def test_an_order_fills_on_the_next_candle_and_the_fill_is_told() -> None:
    office = await Office().open(HOLD)
    await office.trade_all(*candles(100, 102, 104))
    (order,) = await office.orders()
    assert order.status is OrderStatus.FILLED
    (event,) = await office.waiting()
    assert isinstance(event, OrderFilled)
    assert (event.order_id, event.price, event.at) == (order.id, Decimal("100.02"), START + minutes(5))
    portfolio = await office.portfolio()
    assert portfolio.book("hold", BTC).quantity == 10
    assert portfolio.cash == 10_000 - 10 * Decimal("100.02") - event.fee


async def test_an_order_that_the_broker_does_not_have_yet_does_not_fill() -> None:
    office = await Office().open(HOLD)
    (intent,) = (await office.trade(*candles(100))).intents
    await office.trade(*candles(100, 100, open_time=START + minutes(5)))
    assert (await office.order(intent.id)).status is OrderStatus.NEW


async def test_candles_that_were_traded_already_are_passed_over() -> None:
    office = await Office().open(CROSSOVER)
    script = candles(*RISE_AND_FALL)
    await office.trade_all(*script)
    before = await office.database.read(everything)
    stretch = await office.trade(*script)
    assert (stretch.traded, stretch.intents) == (len(script), [])
    assert await office.database.read(everything) == before


async def test_a_strategy_remembers_over_stretches_what_it_would_have_known_in_one() -> None:
    whole, apart = await Office().open(CROSSOVER), await Office().open(CROSSOVER)
    await whole.trade_all(*candles(*RISE_AND_FALL))
    for candle in candles(*RISE_AND_FALL):
        await apart.trade_all(candle)
    assert {order.side for order in await whole.orders()} == {Side.BUY, Side.SELL}
    assert await apart.orders() == await whole.orders()


async def test_a_strategy_that_is_switched_on_late_learns_from_the_candles_before() -> None:
    script = candles(100, 90, 80, 70, 60, 70, 90)
    office = await Office().open()
    await office.database.write(lambda stores: stores.candles.add(script))
    await office.trade_all(*script[:5])
    await office.a(ChangeStrategyHandler)(a_caller(), CROSSOVER)
    await office.trade_all(*script[5:])
    (order,) = await office.orders()
    assert (order.side, order.created_at) == (Side.BUY, script[-1].close_time)


async def test_risk_refuses_on_record_and_the_stretch_goes_on() -> None:
    office = await Office().open(StrategyConfig(name="hold", enabled=True, allocation=Decimal("0.5")))
    stretch = await office.trade(*candles(100, 101))
    assert (stretch.traded, stretch.intents) == (2, [])
    (order,) = await office.orders()
    assert (order.status, order.decision.approved) == (OrderStatus.REJECTED, False)
    (event,) = await office.waiting()
    assert isinstance(event, OrderEnded)


async def test_while_halted_strategies_only_watch() -> None:
    office = await Office().open(CROSSOVER)
    await office.database.write(lambda stores: stores.risk.set_halt(Halt(halted=True, reason="storm")))
    await office.trade_all(*candles(*RISE_AND_FALL))
    assert await office.orders() == []
    memories = await office.database.read(lambda stores: stores.memories.all())
    assert [(memory.strategy, memory.symbol) for memory in memories] == [("ema_crossover", BTC)]


async def test_a_strategy_has_one_order_in_flight_on_a_symbol() -> None:
    office = await Office().open(CROSSOVER)
    await office.trade_all(*candles(*RISE_AND_FALL, volume="0"))
    (order,) = await office.orders()
    assert (order.side, order.status) == (Side.BUY, OrderStatus.ACCEPTED)


async def test_strategies_trade_only_the_symbols_they_are_on_for() -> None:
    office = await Office().open(StrategyConfig(name="hold", enabled=True, symbols=(ETH,)))
    for bitcoin, ether in zip(candles(100, 101), candles(10, 11, symbol=ETH), strict=True):
        await office.trade_all(bitcoin, ether)
    assert [order.symbol for order in await office.orders()] == [ETH]


async def test_the_history_has_a_point_for_every_step_of_the_markets_clock() -> None:
    office = await Office().open(HOLD)
    await office.trade_all(*candles(100, 110, 120))
    points = await office.database.read(lambda stores: stores.equity.page(start=None, end=None, limit=10))
    assert [point.time for point in points] == [START + minutes(number) for number in (5, 10, 15)]
    assert [point.equity > 10_000 for point in points] == [False, True, True]


async def test_a_crash_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    office = await Office().open(CROSSOVER)
    script = candles(*RISE_AND_FALL)
    await office.trade_all(*script[:5])
    office.new_id = iter([]).__next__  # no identifier to be had for the order
    with pytest.raises(Exception, match=r"StopIteration|^$"):
        await office.trade(*script[5:])
    marks = await office.database.read(lambda stores: stores.memories.traded(Timeframe.M5))
    assert marks[BTC].opened == script[4].open_time


# What is late, unpriced or foreign


async def with_a_holding(office: Office, symbol: SymbolName = ETH) -> Office:
    """10 of `symbol`, bought at 10."""
    fill = a_fill(symbol=symbol, price="10", quantity="10")
    await office.database.write(lambda stores: stores.fills.add(fill))
    return office


async def test_the_past_of_a_symbol_that_joins_late_is_watched_and_not_traded() -> None:
    """Its candles closed before the market's clock: whoever traded them would trade in the past."""
    office = await Office().open(CROSSOVER, marked=[BTC])
    past = candles(*RISE_AND_FALL, symbol=ETH, open_time=START - minutes(5 * 24))
    await office.trade_all(a_candle(open_time=START), *past)
    assert await office.orders() == []
    assert len(await office.database.read(lambda stores: stores.equity.page(start=None, end=None, limit=10))) == 1
    present = candles(50, 60, 70, 80, symbol=ETH, open_time=past[-1].close_time + minutes(60))
    await office.trade_all(*present)
    assert [order.side for order in await office.orders()] == [Side.BUY]


async def test_an_order_waits_for_the_present_of_a_symbol_that_lies_behind() -> None:
    office = await Office().open(marked=[BTC, ETH])
    await office.trade_all(*candles(*range(100, 112)))
    order = await office.submit(await office.place(an_intent(symbol=ETH, quantity="10")))
    assert order.created_at == START + minutes(60)
    await office.trade_all(*candles(*[10] * 12, symbol=ETH))
    assert (await office.order(order.id)).status is OrderStatus.ACCEPTED
    await office.trade_all(a_candle(symbol=ETH, open="11", open_time=START + minutes(60)))
    (fill,) = await office.database.read(lambda stores: stores.fills.of(order.id))
    assert fill.executed_at == START + minutes(60)


async def test_while_a_holding_has_no_price_nothing_is_entered_and_trading_goes_on() -> None:
    office = await with_a_holding(await Office().open(HOLD, marked=[]))
    await office.trade_all(*candles(100, 101))
    assert await office.orders() == []
    assert await office.database.read(lambda stores: stores.equity.page(start=None, end=None, limit=10)) == []
    await office.trade_all(*candles(10, 10, symbol=ETH, open_time=START + minutes(10)))
    assert len(await office.database.read(lambda stores: stores.equity.page(start=None, end=None, limit=10))) == 2


async def test_another_timeframe_is_another_memory() -> None:
    """What a strategy learned from candles of five minutes says nothing about hours."""
    office = await Office().open(CROSSOVER)
    await office.trade_all(*candles(*RISE_AND_FALL))
    hours = candles(*RISE_AND_FALL[:7], timeframe=Timeframe.H1, open_time=START + minutes(60))
    fresh = await Office(timeframe=Timeframe.H1).open(CROSSOVER, marked=[])
    office.timeframe = Timeframe.H1
    await fresh.trade_all(*hours)
    await office.trade_all(*hours)
    state = {memory.symbol: memory.state for memory in await office.database.read(lambda s: s.memories.all())}
    expected = {memory.symbol: memory.state for memory in await fresh.database.read(lambda s: s.memories.all())}
    assert {name: state[BTC][name] for name in ("fast", "slow", "atr")} == {
        name: expected[BTC][name] for name in ("fast", "slow", "atr")
    }


async def test_what_a_person_is_selling_is_not_sold_again_by_a_strategy() -> None:
    office = await Office().open(CROSSOVER)
    script = candles(*RISE_AND_FALL)
    await office.trade_all(*script[:8])
    held = (await office.portfolio()).position(BTC).quantity
    assert held > 0
    sale = an_intent(side=Side.SELL, type=OrderType.LIMIT, quantity=held, limit_price="500")
    await office.submit(await office.place(sale))
    await office.trade_all(*script[8:])
    assert [order.status for order in await office.orders() if order.side is Side.SELL] == [OrderStatus.ACCEPTED]


async def test_symbols_quoted_in_another_currency_than_the_account_are_not_traded() -> None:
    office = await Office().open(HOLD)
    foreign = SymbolName("ETH/BTC")
    await office.database.write(lambda stores: stores.symbols.save([a_symbol(foreign, minimum_notional="0.0001")]))
    await office.trade_all(*candles("0.05", "0.06", symbol=foreign))
    assert await office.orders() == []
    order = await office.place(an_intent(symbol=foreign))
    assert [violation.rule for violation in order.decision.violations] == ["account_currency"]
