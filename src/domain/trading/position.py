"""Positions: what is held of one symbol, folded from its fills at average cost."""

from functools import lru_cache

from attrs import evolve, frozen

from domain.errors import RuleViolated
from domain.market.symbol import SymbolName
from domain.shared.money import ZERO, Money, Price, Quantity, divide, exact
from domain.trading.fill import Fill
from domain.trading.order import Side


@frozen(kw_only=True)
class Position:
    """A long holding in the average-cost method.

    The cost basis is kept, not the average price: rounding an average at every fill would drift.
    Profits are before fees; fees are counted apart.
    """

    symbol: SymbolName
    quantity: Quantity = Quantity(ZERO)
    cost_basis: Money = Money(ZERO)
    realised: Money = Money(ZERO)
    fees: Money = Money(ZERO)

    @property
    def average_cost(self) -> Price | None:
        """Cost of one unit, for people to read; None without a holding."""
        return Price(divide(self.cost_basis, self.quantity)) if self.quantity else None

    @exact
    def apply(self, fill: Fill) -> "Position":
        """The position after one more fill.

        Raises:
            RuleViolated: the fill sells more than is held.
        """
        notional = fill.price * fill.quantity
        fees = Money(self.fees + fill.fee)
        if fill.side is Side.BUY:
            return evolve(
                self,
                quantity=Quantity(self.quantity + fill.quantity),
                cost_basis=Money(self.cost_basis + notional),
                fees=fees,
            )
        if fill.quantity > self.quantity:
            raise RuleViolated(f"cannot sell {fill.quantity} of {self.quantity} {self.symbol}", code="oversold")
        if fill.quantity == self.quantity:
            cost = self.cost_basis
        else:
            cost = min(self.cost_basis, Money(divide(self.cost_basis * fill.quantity, self.quantity)))
        return evolve(
            self,
            quantity=Quantity(self.quantity - fill.quantity),
            cost_basis=Money(self.cost_basis - cost),
            realised=Money(self.realised + notional - cost),
            fees=fees,
        )

    @exact
    def value(self, price: Price) -> Money:
        """What the holding is worth at `price`."""
        return Money(self.quantity * price)

    @exact
    def unrealised(self, price: Price) -> Money:
        """Profit that selling everything at `price` would realise, before fees."""
        return Money(self.quantity * price - self.cost_basis)


@lru_cache(maxsize=4096)
def nothing_of(symbol: SymbolName) -> Position:
    """The position before the first fill."""
    return Position(symbol=symbol)
