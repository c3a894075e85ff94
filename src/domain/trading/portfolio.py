"""The portfolio: cash and positions, folded from the fills of one account."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from attrs import evolve, field, frozen

from domain.errors import Invalid
from domain.market.symbol import SymbolName
from domain.shared.money import ZERO, Money, Price, Quantity, exact, not_negative, text
from domain.trading.fill import Fill
from domain.trading.order import Side, TradingMode
from domain.trading.position import Position, nothing_of

Prices = Mapping[SymbolName, Price]
"""The price at which each symbol is valued: the close of its last candle."""


@frozen(kw_only=True)
class Account:
    """What the fold starts from: a balance in one currency, on paper or live, traded on one market.

    Raises:
        Invalid: the balance is negative.
    """

    mode: TradingMode
    currency: str
    starting_balance: Money
    market: str
    """Which one, in words; fills of another would be worth nothing here."""

    def __attrs_post_init__(self) -> None:
        if not not_negative(self.starting_balance):
            raise Invalid("must not be negative", field="starting_balance")

    def __str__(self) -> str:
        return f"a {self.mode} account of {text(self.starting_balance)} {self.currency} on {self.market}"


@frozen(kw_only=True)
class Portfolio:
    """`cash + value(prices) = starting balance + realised + unrealised(prices) - fees`, exactly.

    `books` are the same fills folded by the strategy whose orders they filled.
    """

    account: Account
    cash: Money
    positions: Mapping[SymbolName, Position] = field(factory=dict)
    books: Mapping[tuple[str, SymbolName], Position] = field(factory=dict)

    @classmethod
    def opened(cls, account: Account) -> "Portfolio":
        """The portfolio before its first fill."""
        return cls(account=account, cash=account.starting_balance)

    def position(self, symbol: SymbolName) -> Position:
        return self.positions.get(symbol) or nothing_of(symbol)

    def book(self, strategy: str, symbol: SymbolName) -> Position:
        """What the orders of one strategy hold of a symbol."""
        return self.books.get((strategy, symbol)) or nothing_of(symbol)

    @exact
    def apply(self, fill: Fill) -> "Portfolio":
        """The portfolio after one more fill.

        Raises:
            RuleViolated: the fill sells more than is held.
        """
        notional = fill.price * fill.quantity
        gained = -notional if fill.side is Side.BUY else notional
        return evolve(
            self,
            cash=Money(self.cash + gained - fill.fee),
            positions={**self.positions, fill.symbol: self.position(fill.symbol).apply(fill)},
            books=self._books_after(fill),
        )

    def _books_after(self, fill: Fill) -> Mapping[tuple[str, SymbolName], Position]:
        """A sale by hand takes what no strategy holds first, and then from the strategies by name."""
        if fill.strategy is not None:
            return {
                **self.books,
                (fill.strategy, fill.symbol): self.book(fill.strategy, fill.symbol).apply(fill),
            }
        if fill.side is Side.BUY:
            return self.books
        concerned = {key: book for key, book in sorted(self.books.items()) if key[1] == fill.symbol}
        booked = sum((book.quantity for book in concerned.values()), ZERO)
        excess = fill.quantity - (self.position(fill.symbol).quantity - booked)
        books = dict(self.books)
        for key, book in concerned.items():
            taken = min(excess, book.quantity)
            if taken > 0:
                books[key] = book.apply(evolve(fill, quantity=Quantity(taken), fee=Money(ZERO)))
                excess -= taken
        return books

    def applied(self, fills: Iterable[Fill]) -> "Portfolio":
        """The portfolio after all of `fills`, in their order."""
        portfolio = self
        for fill in fills:
            portfolio = portfolio.apply(fill)
        return portfolio

    @cached_property
    def held(self) -> tuple[Position, ...]:
        """The positions that are not empty."""
        return tuple(position for position in self.positions.values() if position.quantity)

    @exact
    def value(self, prices: Prices) -> Money:
        """What all holdings are worth; raises KeyError for a held symbol without a price."""
        return Money(sum((p.quantity * prices[p.symbol] for p in self.held), ZERO))

    @exact
    def equity(self, prices: Prices) -> Money:
        """Cash and holdings together; raises KeyError for a held symbol without a price."""
        equity = self.cash
        for position in self.held:
            equity = Money(equity + position.quantity * prices[position.symbol])
        return equity

    @property
    @exact
    def realised(self) -> Money:
        return Money(sum((p.realised for p in self.positions.values()), ZERO))

    @exact
    def unrealised(self, prices: Prices) -> Money:
        return Money(sum((p.unrealised(prices[p.symbol]) for p in self.held), ZERO))

    @property
    @exact
    def fees(self) -> Money:
        return Money(sum((p.fees for p in self.positions.values()), ZERO))


@frozen(kw_only=True)
class EquityPoint:
    """One point of the portfolio's history, in the market's clock."""

    time: datetime
    equity: Money
    cash: Money
