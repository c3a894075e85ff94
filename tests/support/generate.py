"""Hypothesis strategies: any legal value, small enough to read when a test fails."""

from decimal import Decimal

from hypothesis import strategies as st

from domain.market.candle import Candle
from domain.market.symbol import Symbol
from domain.market.timeframe import Timeframe
from domain.trading.fill import Fill
from domain.trading.order import Order, OrderType, Side
from domain.trading.portfolio import Portfolio
from support.build import BTC, ETH, START, a_candle, a_fill, a_portfolio, a_symbol, an_accepted_order, candles

amounts = st.from_regex(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", fullmatch=True, alphabet=st.characters(codec="ascii"))
"""Every text that reads as an amount."""

positive_amounts = st.one_of(
    st.builds(
        lambda digits, places: Decimal(f"{digits}E-{places}"),
        st.integers(min_value=1, max_value=10**18 - 1),
        st.integers(min_value=0, max_value=18),
    ),
    st.integers(min_value=1, max_value=10**36 - 1).map(lambda digits: Decimal(f"{digits}E-18")),
)
"""From 1E-18 to almost 1E+18."""

steps = st.sampled_from([Decimal(step) for step in ("0.00000001", "0.001", "0.01", "0.025", "0.05", "0.5", "1", "5")])
"""Price ticks and quantity steps, also those that are no power of ten."""

sides = st.sampled_from(Side)
timeframes = st.sampled_from(Timeframe)
instants = st.datetimes(timezones=st.just(START.tzinfo))


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals of exactly so many places in `[low, high]`."""
    scale = 10**places
    whole = st.integers(min_value=int(Decimal(low) * scale), max_value=int(Decimal(high) * scale))
    return whole.map(lambda number: Decimal(f"{number}E-{places}"))


@st.composite
def symbols(draw: st.DrawFn) -> Symbol:
    return a_symbol(price_tick=draw(steps), quantity_step=draw(steps))


@st.composite
def symbol_candles(draw: st.DrawFn, symbol: Symbol) -> Candle:
    """A candle of `symbol`, opened at START, with every price on a tick."""
    opened, high, low, close = (draw(st.integers(min_value=100, max_value=200)) for _ in range(4))
    tick = symbol.price_tick
    return a_candle(
        symbol=symbol.name,
        open=opened * tick,
        high=max(opened, high, low, close) * tick,
        low=min(opened, high, low, close) * tick,
        close=close * tick,
        volume=draw(st.integers(min_value=0, max_value=2000)) * symbol.quantity_step,
    )


@st.composite
def accepted_orders(draw: st.DrawFn, symbol: Symbol) -> Order:
    """An order at the broker, priced about where `symbol_candles` move."""
    kind = draw(st.sampled_from(OrderType))
    price = draw(st.integers(min_value=80, max_value=220)) * symbol.price_tick
    return an_accepted_order(
        symbol=symbol.name,
        side=draw(sides),
        type=kind,
        quantity=draw(st.integers(min_value=1, max_value=200)) * symbol.quantity_step,
        limit_price=price if kind is OrderType.LIMIT else None,
        stop_price=price if kind is OrderType.STOP else None,
        strategy=draw(st.sampled_from([None, "ema_crossover", "hold"])),
    )


@st.composite
def candle_series(draw: st.DrawFn, *, min_size: int = 1, max_size: int = 120) -> list[Candle]:
    """BTC/USDT walking from 1,000 in steps of up to 5 %."""
    moves = draw(st.lists(st.integers(min_value=-50, max_value=50), min_size=min_size, max_size=max_size))
    closes = [Decimal(1000)]
    for move in moves:
        closes.append((closes[-1] * (1000 + move) / 1000).quantize(Decimal("0.01")))
    return candles(*closes)


@st.composite
def fill_sequences(draw: st.DrawFn, *, strategies: tuple[str | None, ...] = ("ema_crossover", "hold")) -> list[Fill]:
    """Fills of two symbols that never sell more than `strategies` (None stands for a person) hold."""
    fills: list[Fill] = []
    portfolio = a_portfolio()
    for _ in range(draw(st.integers(min_value=0, max_value=12))):
        symbol, strategy = draw(st.sampled_from([BTC, ETH])), draw(st.sampled_from(strategies))
        side, quantity = Side.BUY, draw(positive_amounts)
        held = _held(portfolio, strategy, symbol)
        if held and draw(st.booleans()):
            side, quantity = Side.SELL, min(quantity, held)
        fill = a_fill(
            symbol=symbol,
            side=side,
            quantity=quantity,
            price=draw(positive_amounts),
            fee=draw(decimals("0", "10", 8)),
            strategy=strategy,
        )
        fills.append(fill)
        portfolio = portfolio.apply(fill)
    return fills


def _held(portfolio: Portfolio, strategy: str | None, symbol: str) -> Decimal:
    holding = portfolio.position(symbol) if strategy is None else portfolio.book(strategy, symbol)
    return holding.quantity
