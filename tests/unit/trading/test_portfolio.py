"""The portfolio: for any legal fills, money is neither made nor lost by counting it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from domain.errors import RuleViolated
from domain.market.symbol import SymbolName
from domain.shared.money import Price
from domain.trading.fill import Fill
from domain.trading.order import Side
from domain.trading.portfolio import Portfolio
from support.build import BTC, ETH, a_fill, a_portfolio
from support.generate import fill_sequences, positive_amounts


def total(*values: Decimal) -> Fraction:
    return sum(map(Fraction, values), Fraction(0))


def booked(portfolio: Portfolio, symbol: SymbolName) -> Fraction:
    return total(*(book.quantity for key, book in portfolio.books.items() if key[1] == symbol))


@given(fill_sequences(strategies=("ema_crossover", "hold", None)), positive_amounts, positive_amounts)
def test_equity_is_the_starting_balance_and_every_profit_and_fee(fills: list[Fill], btc: Decimal, eth: Decimal) -> None:
    portfolio = a_portfolio(*fills)
    prices = {BTC: Price(btc), ETH: Price(eth)}
    unrealised, realised = portfolio.unrealised(prices), portfolio.realised
    expected = total(portfolio.account.starting_balance, realised, unrealised) - Fraction(portfolio.fees)
    assert total(portfolio.cash, portfolio.value(prices)) == expected
    assert Fraction(portfolio.equity(prices)) == expected


@given(fill_sequences())
def test_the_strategies_books_add_up_to_the_positions(fills: list[Fill]) -> None:
    portfolio = a_portfolio(*fills)
    for symbol in (BTC, ETH):
        books = [book for key, book in portfolio.books.items() if key[1] == symbol]
        position = portfolio.position(symbol)
        assert booked(portfolio, symbol) == Fraction(position.quantity)
        assert total(*(book.fees for book in books)) == Fraction(position.fees)
        costs, gains = total(*(b.cost_basis for b in books)), total(*(b.realised for b in books))
        assert costs - gains == Fraction(position.cost_basis) - Fraction(position.realised)


@given(fill_sequences(strategies=("ema_crossover", "hold", None)))
def test_the_strategies_never_hold_more_than_there_is(fills: list[Fill]) -> None:
    portfolio = a_portfolio(*fills)
    for symbol in (BTC, ETH):
        assert all(book.quantity >= 0 and book.cost_basis >= 0 for book in portfolio.books.values())
        assert booked(portfolio, symbol) <= Fraction(portfolio.position(symbol).quantity)


def test_a_sale_by_hand_takes_first_what_no_strategy_holds() -> None:
    portfolio = a_portfolio(
        a_fill(quantity="1", strategy="hold"),
        a_fill(quantity="2"),
        a_fill(quantity="2.5", side=Side.SELL),
    )
    assert portfolio.position(BTC).quantity == Decimal("0.5")
    assert portfolio.book("hold", BTC).quantity == Decimal("0.5")


def test_a_sale_by_hand_of_everything_empties_every_book() -> None:
    portfolio = a_portfolio(
        a_fill(quantity="1", strategy="hold"),
        a_fill(quantity="2", strategy="ema_crossover"),
        a_fill(quantity="3", side=Side.SELL),
    )
    assert not portfolio.held
    assert not portfolio.book("hold", BTC).quantity
    assert not portfolio.book("ema_crossover", BTC).quantity


def test_a_sale_by_hand_leaves_other_symbols_alone() -> None:
    portfolio = a_portfolio(
        a_fill(quantity="1", strategy="hold"),
        a_fill(quantity="1", strategy="hold", symbol=ETH),
        a_fill(quantity="1", side=Side.SELL),
    )
    assert portfolio.book("hold", BTC).quantity == 0
    assert portfolio.book("hold", ETH).quantity == 1


def test_a_strategy_cannot_sell_what_another_holds() -> None:
    portfolio = a_portfolio(a_fill(quantity="1", strategy="hold"))
    with pytest.raises(RuleViolated):
        portfolio.apply(a_fill(quantity="1", side=Side.SELL, strategy="ema_crossover"))


def test_only_what_is_held_is_listed_and_needs_a_price() -> None:
    portfolio = a_portfolio(a_fill(symbol=ETH), a_fill(symbol=ETH, side=Side.SELL), a_fill())
    assert [position.symbol for position in portfolio.held] == [BTC]
    assert portfolio.value({BTC: Price(Decimal(7))}) == 7
    with pytest.raises(KeyError):
        portfolio.value({})


def test_an_unknown_symbol_is_an_empty_position() -> None:
    portfolio = a_portfolio()
    assert portfolio.position(BTC).quantity == 0
    assert portfolio.position(BTC).average_cost is None
    assert (portfolio.cash, portfolio.equity({})) == (10_000, 10_000)
