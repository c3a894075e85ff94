"""Symbols: what is traded for what, and in which steps."""

import re
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from attrs import field, frozen

from domain.errors import Invalid
from domain.shared.money import Money, Price, Quantity, not_negative, positive, round_to

SymbolName = NewType("SymbolName", str)
"""`BASE/QUOTE`, such as `BTC/USDT`."""

QUOTE_CURRENCIES = ("FDUSD", "USDT", "USDC", "TUSD", "BUSD", "USD", "EUR", "BTC", "ETH", "BNB")

_NAME = re.compile(r"[A-Z0-9]{1,20}/[A-Z0-9]{1,20}")


class Source(StrEnum):
    """Where market data comes from; every answer that shows it says so."""

    SIMULATED = "simulated"
    REPLAY = "replay"
    LIVE = "live"


def symbol_name(text: str, *, field: str = "symbol") -> SymbolName:
    """Read `BTC/USDT`, or `BTC-USDT` as it is written in a path.

    Raises:
        Invalid: it is neither.
    """
    name = text.replace("-", "/", 1)
    if _NAME.fullmatch(name) is None:
        raise Invalid("must be BASE/QUOTE in capitals and digits, such as BTC/USDT", field=field)
    return SymbolName(name)


def split_market(text: str) -> SymbolName:
    """Read a market id without a separator, such as `BTCUSDT`, by the known quote currencies.

    Where several could end it, the base is a known currency too (`USDTUSD` is `USDT/USD`, not `USD/TUSD`),
    or else the quote is the longest.

    Raises:
        Invalid: it ends in no known quote currency.
    """
    bases = {text.removesuffix(quote): quote for quote in QUOTE_CURRENCIES if text.endswith(quote) and text != quote}
    if not bases:
        raise Invalid(f"{text!r} ends in none of the quote currencies {', '.join(QUOTE_CURRENCIES)}", field="symbol")
    known = [base for base in bases if base in QUOTE_CURRENCIES]
    base = max(known, key=len) if known else min(bases, key=len)
    return symbol_name(f"{base}/{bases[base]}")


@frozen(kw_only=True)
class Symbol:
    """A market: prices move in `price_tick`, quantities in `quantity_step`, and an order is worth
    at least `minimum_notional` of the quote currency.

    Raises:
        Invalid: a step is not positive or the minimum is negative.
    """

    name: SymbolName = field(converter=symbol_name)
    price_tick: Price
    quantity_step: Quantity
    minimum_notional: Money

    def __attrs_post_init__(self) -> None:
        for label, step in (("price_tick", self.price_tick), ("quantity_step", self.quantity_step)):
            if not positive(step):
                raise Invalid("must be greater than zero", field=label)
        if not not_negative(self.minimum_notional):
            raise Invalid("must not be negative", field="minimum_notional")

    @property
    def base(self) -> str:
        return self.name.partition("/")[0]

    @property
    def quote(self) -> str:
        return self.name.partition("/")[2]

    def price_up(self, price: Decimal) -> Price:
        return Price(round_to(price, self.price_tick, "up"))

    def price_down(self, price: Decimal) -> Price:
        """The nearest tick below, but never zero: the first tick is the lowest price there is."""
        return max(Price(round_to(price, self.price_tick, "down")), self.price_tick)

    def quantity_down(self, quantity: Decimal) -> Quantity:
        return Quantity(round_to(quantity, self.quantity_step, "down"))
