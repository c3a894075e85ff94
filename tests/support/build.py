"""Small builders: domain objects with sensible defaults, of which a test names only what it is about.

Amounts may be given as text. Identifiers and times are the same in every run.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from attrs import evolve

from domain.market.candle import Candle
from domain.market.symbol import Symbol, SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.money import Money
from domain.trading.decision import RiskDecision, Violation
from domain.trading.fill import Fill
from domain.trading.order import Order, OrderStatus, OrderType, Side, TradingMode
from domain.trading.portfolio import Account, Portfolio
from domain.trading.risk import EquityMarks, MarketView
from domain.trading.settlement import NewId

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
"""The opening time of `a_candle()`, and the market's clock when `an_order()` is created."""

BTC = SymbolName("BTC/USDT")
ETH = SymbolName("ETH/USDT")

_AMOUNTS = {
    *("open", "high", "low", "close", "volume", "price", "quantity", "fee", "limit_price", "stop_price"),
    *("filled_quantity", "price_tick", "quantity_step", "minimum_notional", "starting_balance", "day_start", "peak"),
}
_numbers = count(1)


def an_id(number: int | None = None) -> str:
    """The UUIDv7 of that number; without one, the next that was not used yet."""
    return f"01940000-0000-7000-8000-{next(_numbers) if number is None else number:012x}"


def new_ids(first: int = 1) -> NewId:
    """A maker of identifiers that always counts from `first`."""
    numbers: Iterator[int] = count(first)
    return lambda: an_id(next(numbers))


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def a_symbol(name: str = BTC, **changes: Any) -> Symbol:
    """Ticks of a cent, steps of 0.00001, at least 5 in the quote currency."""
    defaults = {"price_tick": "0.01", "quantity_step": "0.00001", "minimum_notional": "5"}
    return Symbol(name=SymbolName(name), **_read(defaults | changes))


def a_candle(**changes: Any) -> Candle:
    """Five minutes of BTC/USDT at 100. The high and the low follow the open and the close."""
    given = _read({"open": "100", "close": changes.get("open", "100"), "volume": "1000"} | changes)
    ends = given["open"], given["close"]
    if not {"high", "low"} <= given.keys():
        given = {"high": max(ends), "low": min(ends)} | given
    return Candle(**({"symbol": BTC, "timeframe": Timeframe.M5, "open_time": START} | given))


def candles(*closes: str | int | Decimal, **changes: Any) -> list[Candle]:
    """One candle after the other, each opening where the last one closed."""
    timeframe = changes.get("timeframe", Timeframe.M5)
    start = changes.pop("open_time", START)
    opens = (closes[0], *closes)
    return [
        a_candle(open=opened, close=closed, open_time=start + number * timeframe.duration, **changes)
        for number, (opened, closed) in enumerate(zip(opens, closes, strict=False))
    ]


def approved() -> RiskDecision:
    return RiskDecision(decided_at=START)


def refused(rule: str = "max_position", observed: str = "3000", limit: str = "2500") -> RiskDecision:
    return RiskDecision(decided_at=START, violations=(Violation(rule=rule, observed=observed, limit=limit),))


def an_order(**changes: Any) -> Order:
    """A new paper order to buy 1 BTC/USDT at the market, created at START; filled as far as its status says."""
    given = _read({"quantity": "1"} | changes)
    defaults = {
        "id": an_id(),
        "symbol": BTC,
        "side": Side.BUY,
        "type": OrderType.MARKET,
        "mode": TradingMode.PAPER,
        "decision": approved(),
        "created_at": START,
        "updated_at": given.get("created_at", START),
    }
    if given.get("status") is OrderStatus.FILLED:
        defaults["filled_quantity"] = given["quantity"]
    elif given.get("status") is OrderStatus.PARTIALLY_FILLED:
        defaults["filled_quantity"] = given["quantity"] / 2
    return Order(**(defaults | given))


def an_accepted_order(**changes: Any) -> Order:
    """`an_order`, at the broker."""
    return an_order(status=OrderStatus.ACCEPTED, **changes)


def a_limit_order(limit_price: str | Decimal = "100", **changes: Any) -> Order:
    """`an_accepted_order` with a limit."""
    return an_accepted_order(type=OrderType.LIMIT, limit_price=limit_price, **changes)


def a_stop_order(stop_price: str | Decimal = "100", **changes: Any) -> Order:
    """`an_accepted_order` that waits for a price."""
    return an_accepted_order(type=OrderType.STOP, stop_price=stop_price, **changes)


def a_fill(**changes: Any) -> Fill:
    """1 BTC/USDT bought at 100 on paper, without a fee."""
    defaults = {
        "id": an_id(),
        "order_id": an_id(),
        "symbol": BTC,
        "side": Side.BUY,
        "price": "100",
        "quantity": "1",
        "fee": "0",
        "executed_at": START,
        "mode": TradingMode.PAPER,
    }
    return Fill(**_read(defaults | changes))


def an_account(**changes: Any) -> Account:
    """10,000 USDT on paper."""
    defaults = {"mode": TradingMode.PAPER, "currency": "USDT", "starting_balance": "10000", "market": "a test"}
    return Account(**_read(defaults | changes))


def a_portfolio(*fills: Fill, **changes: Any) -> Portfolio:
    """`an_account` after `fills`."""
    return Portfolio.opened(an_account(**changes)).applied(fills)


def some_marks(equity: str | Decimal = "10000", **changes: Any) -> EquityMarks:
    """The day began at `equity`, which is also the highest so far."""
    return evolve(EquityMarks.first(Money(Decimal(equity)), START), **_read(changes))


def a_market(*orders: Order, **changes: Any) -> MarketView:
    """BTC/USDT at 100 and ETH/USDT at 10, `orders` in flight, and a day that began at 10,000."""
    defaults = {
        "now": START,
        "prices": {BTC: Decimal(100), ETH: Decimal(10)},
        "marks": some_marks(),
        "open_orders": orders,
    }
    return MarketView(**(defaults | changes))


def _read(given: dict[str, Any]) -> dict[str, Any]:
    """The same with amounts as decimals."""
    return {
        name: Decimal(value) if name in _AMOUNTS and isinstance(value, str | int) else value
        for name, value in given.items()
    }
