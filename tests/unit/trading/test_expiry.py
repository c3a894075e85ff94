"""Expiry: an order trades until its time is up, and not a candle longer."""

from domain.trading.events import OrderEnded
from support.build import START, a_candle, a_limit_order, an_accepted_order, minutes
from support.settle import outcome, settled


def test_an_order_expires_with_the_first_candle_that_opens_too_late() -> None:
    order = an_accepted_order(expires_at=START + minutes(5))
    settlement = settled(order, candle=a_candle(open_time=START + minutes(5)))
    assert outcome(settlement) == ("expired", None)
    (ended,) = settlement.events
    assert isinstance(ended, OrderEnded)
    assert (ended.status, ended.reason, ended.at) == ("expired", "expired", START + minutes(5))


def test_an_order_still_fills_in_its_last_candle() -> None:
    assert outcome(settled(an_accepted_order(expires_at=START + minutes(1)))) == ("filled", 1)
    assert outcome(settled(a_limit_order("100", expires_at=START + minutes(5)))) == ("filled", 1)


def test_no_fill_is_later_than_the_expiry() -> None:
    order = a_limit_order("100", expires_at=START + minutes(1))
    settlement = settled(order)
    assert settlement.order is order
    assert settlement.fill is None


def test_a_partly_filled_order_keeps_its_fills_when_it_expires() -> None:
    order = an_accepted_order(quantity="2", expires_at=START + minutes(5))
    first = settled(order, candle=a_candle(volume="10"))
    second = settled(first.order, first.portfolio, candle=a_candle(open_time=START + minutes(5)))
    assert outcome(second) == ("expired", None)
    assert second.order.filled_quantity == 1
    assert second.portfolio == first.portfolio
