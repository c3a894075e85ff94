"""Order books: best prices first, and never crossed."""

from decimal import Decimal

import pytest

from domain.errors import Invalid
from domain.market.order_book import Level, OrderBook
from domain.market.symbol import Source
from domain.shared.money import Price, Quantity
from support.build import BTC, START


def a_level(price: str, quantity: str = "1") -> Level:
    return Level(Price(Decimal(price)), Quantity(Decimal(quantity)))


def a_book(bids: list[str], asks: list[str]) -> OrderBook:
    return OrderBook(
        symbol=BTC, source=Source.SIMULATED, time=START, bids=tuple(map(a_level, bids)), asks=tuple(map(a_level, asks))
    )


@pytest.mark.parametrize(("bids", "asks"), [(["100", "99"], ["101", "102"]), ([], ["101"]), (["100"], []), ([], [])])
def test_a_book_in_order_is_accepted(bids: list[str], asks: list[str]) -> None:
    book = a_book(bids, asks)
    assert [level.price for level in book.bids] == list(map(Decimal, bids))


@pytest.mark.parametrize(
    ("bids", "asks", "field"),
    [
        (["99", "100"], ["101"], "bids"),
        (["100"], ["102", "101"], "asks"),
        (["101"], ["101"], "bids"),
        (["102"], ["101"], "bids"),
    ],
)
def test_a_book_out_of_order_or_crossed_is_refused(bids: list[str], asks: list[str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_book(bids, asks)
    assert refusal.value.field == field


@pytest.mark.parametrize(("price", "quantity"), [("0", "1"), ("-1", "1"), ("NaN", "1"), ("1", "-1"), ("1", "Infinity")])
def test_a_level_needs_a_price_and_a_quantity(price: str, quantity: str) -> None:
    with pytest.raises(Invalid):
        a_level(price, quantity)
