"""Settlement: what a candle makes of one order, its portfolio and what is told of it."""

from decimal import Decimal

import pytest

from domain.trading.events import OrderEnded, OrderFilled
from domain.trading.fill_model import FillModel
from domain.trading.order import IllegalTransition, OrderStatus, Side
from domain.trading.settlement import order_ended, settle
from support.build import (
    BTC,
    START,
    a_candle,
    a_fill,
    a_limit_order,
    a_portfolio,
    a_symbol,
    an_accepted_order,
    an_id,
    an_order,
    minutes,
    new_ids,
    refused,
)
from support.settle import outcome, settled


def test_a_candle_that_does_not_touch_an_order_changes_nothing() -> None:
    order, portfolio = a_limit_order("99"), a_portfolio()
    settlement = settled(order, portfolio)
    assert settlement.order is order
    assert settlement.portfolio is portfolio
    assert (settlement.fill, settlement.events) == (None, ())


def test_a_fill_is_booked_and_told() -> None:
    order = an_accepted_order(quantity="2", strategy="hold", reason="nothing held yet")
    settlement = settled(order, model=FillModel(slippage_bps=Decimal(0)))
    assert outcome(settlement) == ("filled", 2)
    assert settlement.fill == a_fill(
        id=an_id(100), order_id=order.id, quantity="2", price="100", fee="0.2", executed_at=START, strategy="hold"
    )
    assert settlement.portfolio == a_portfolio(settlement.fill)
    assert settlement.portfolio.cash == Decimal("9799.8")
    assert settlement.events == (
        OrderFilled(
            id=an_id(101),
            at=START,
            order_id=order.id,
            symbol=BTC,
            side=Side.BUY,
            quantity=Decimal(2),
            price=Decimal(100),
            fee=Decimal("0.2"),
            complete=True,
            mode=order.mode,
            strategy="hold",
            reason="nothing held yet",
        ),
    )


def test_a_large_order_fills_over_several_candles() -> None:
    order, portfolio = an_accepted_order(quantity="2.5"), a_portfolio()
    seen = []
    for number in range(3):
        candle = a_candle(open_time=START + minutes(5 * number), volume="10")
        settlement = settled(order, portfolio, candle=candle)
        order, portfolio = settlement.order, settlement.portfolio
        (told,) = settlement.events
        assert isinstance(told, OrderFilled)
        seen.append((*outcome(settlement), told.complete))
    assert seen == [("partially_filled", 1, False), ("partially_filled", 1, False), ("filled", Decimal("0.5"), True)]
    assert portfolio.position(BTC).quantity == Decimal("2.5")


def test_what_cannot_be_paid_for_is_cancelled_with_the_reason() -> None:
    settlement = settled(an_accepted_order(), a_portfolio(starting_balance="0"))
    assert outcome(settlement) == ("cancelled", None)
    assert settlement.order.reason == "insufficient cash at the fill"
    assert settlement.portfolio == a_portfolio(starting_balance="0")


def test_as_much_as_can_be_paid_for_is_bought_and_the_rest_cancelled() -> None:
    settlement = settled(an_accepted_order(quantity="2"), a_portfolio(starting_balance="150"), FillModel())
    filled, ended = settlement.events
    assert outcome(settlement) == ("cancelled", Decimal("1.49820"))
    assert settlement.order.filled_quantity == Decimal("1.49820")
    assert 0 <= settlement.portfolio.cash < Decimal("0.001002")
    assert isinstance(filled, OrderFilled)
    assert not filled.complete
    assert isinstance(ended, OrderEnded)
    assert (ended.status, ended.reason) == ("cancelled", "insufficient cash at the fill")


def test_what_is_not_held_cannot_be_sold() -> None:
    settlement = settled(an_accepted_order(side=Side.SELL))
    assert outcome(settlement) == ("cancelled", None)
    assert settlement.order.reason == "insufficient holding at the fill"


def test_as_much_as_is_held_is_sold_and_the_rest_cancelled() -> None:
    settlement = settled(an_accepted_order(side=Side.SELL, quantity="2"), a_portfolio(a_fill(quantity="0.7")))
    assert outcome(settlement) == ("cancelled", Decimal("0.7"))
    assert settlement.portfolio.position(BTC).quantity == 0
    assert [type(event) for event in settlement.events] == [OrderFilled, OrderEnded]


def test_a_strategy_sells_only_what_its_own_orders_bought() -> None:
    portfolio = a_portfolio(a_fill(quantity="1", strategy="hold"), a_fill(quantity="5"))
    settlement = settled(an_accepted_order(side=Side.SELL, quantity="2", strategy="hold"), portfolio)
    assert outcome(settlement) == ("cancelled", 1)
    assert settlement.portfolio.position(BTC).quantity == 5


def test_a_person_may_sell_what_the_strategies_bought() -> None:
    portfolio = a_portfolio(a_fill(quantity="1", strategy="hold"), a_fill(quantity="1", strategy="ema_crossover"))
    settlement = settled(an_accepted_order(side=Side.SELL, quantity="2"), portfolio)
    assert outcome(settlement) == ("filled", 2)
    assert not any(book.quantity for book in settlement.portfolio.books.values())


def test_selling_dust_with_no_cash_does_not_leave_a_debt() -> None:
    portfolio = a_portfolio(a_fill(price="10000000000", quantity="0.000001"))
    assert portfolio.cash == 0
    order = an_accepted_order(side=Side.SELL, quantity="0.000001")
    settlement = settle(
        order, a_candle(open="0.001"), a_symbol(quantity_step="0.000001"), portfolio, FillModel(), new_ids()
    )
    assert outcome(settlement) == ("filled", Decimal("0.000001"))
    assert settlement.portfolio.cash == 0


def test_an_order_that_is_not_at_the_broker_cannot_fill() -> None:
    with pytest.raises(IllegalTransition):
        settled(an_order())


def test_the_news_of_an_end_carries_the_reason() -> None:
    order = an_order(decision=refused()).reject("max_position: 3000 (limit 2500)", START + minutes(1))
    assert order_ended(order, new_ids(7)) == OrderEnded(
        id=an_id(7),
        at=START + minutes(1),
        order_id=order.id,
        symbol=BTC,
        side=order.side,
        quantity=order.quantity,
        status=OrderStatus.REJECTED,
        reason="max_position: 3000 (limit 2500)",
        mode=order.mode,
    )
