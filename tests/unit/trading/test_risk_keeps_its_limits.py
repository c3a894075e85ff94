"""Risk, for any portfolio: what it approves and what is in flight can fill without breaking a limit."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.market.symbol import SymbolName
from domain.shared.money import Price
from domain.trading.order import Order, OrderType, Side
from domain.trading.portfolio import Portfolio
from domain.trading.risk import EquityMarks, Halt, MarketView, RiskLimits, assess
from support.build import BTC, ETH, START, a_fill, a_portfolio, an_accepted_order, an_order
from support.generate import decimals

shares = decimals("0.01", "1", 2)
prices_ = st.fixed_dictionaries({BTC: decimals("1", "1000", 2), ETH: decimals("1", "1000", 2)})
limits_ = st.builds(
    RiskLimits, max_position=shares, max_exposure=shares, max_daily_loss=st.just(Decimal(1)), max_drawdown=shares
)
quantities = decimals("0.001", "60", 3)
buys = st.builds(an_accepted_order, symbol=st.sampled_from([BTC, ETH]), quantity=quantities)


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    holdings = draw(st.dictionaries(st.sampled_from([BTC, ETH]), decimals("0.001", "20", 3)))
    fills = (a_fill(symbol=symbol, quantity=quantity, price="1") for symbol, quantity in holdings.items())
    return a_portfolio(*fills, starting_balance=draw(decimals("100", "50000", 2)))


def filled(portfolio: Portfolio, order: Order, price: Decimal) -> Portfolio:
    return portfolio.apply(a_fill(symbol=order.symbol, quantity=order.remaining, price=price))


def assert_within(
    limits: RiskLimits, portfolio: Portfolio, symbol: SymbolName, prices: dict[SymbolName, Price]
) -> None:
    equity = Fraction(portfolio.equity(prices))
    assert portfolio.cash >= 0
    assert Fraction(portfolio.value(prices)) <= Fraction(limits.max_exposure) * equity
    assert Fraction(portfolio.position(symbol).value(prices[symbol])) <= Fraction(limits.max_position) * equity


@given(portfolios(), prices_, limits_, quantities, st.sampled_from([BTC, ETH]), st.lists(buys, max_size=3))
def test_an_approved_buy_and_all_pending_ones_fit_within_the_limits(
    portfolio: Portfolio,
    prices: dict[SymbolName, Price],
    limits: RiskLimits,
    quantity: Decimal,
    symbol: SymbolName,
    pending: list[Order],
) -> None:
    order = an_order(symbol=symbol, quantity=quantity)
    marks = EquityMarks.first(portfolio.equity(prices), START)
    market = MarketView(now=START, prices=prices, marks=marks, open_orders=tuple(pending))
    assume(assess(order, portfolio, market, limits, Halt()).approved)
    for buy in (*pending, order):
        portfolio = filled(portfolio, buy, prices[buy.symbol])
    assert_within(limits, portfolio, symbol, prices)


@given(portfolios(), prices_, limits_, quantities, decimals("1", "1000", 2))
def test_an_approved_limit_order_fits_at_its_own_price(
    portfolio: Portfolio, prices: dict[SymbolName, Price], limits: RiskLimits, quantity: Decimal, limit: Decimal
) -> None:
    order = an_order(type=OrderType.LIMIT, limit_price=limit, quantity=quantity)
    marks = EquityMarks.first(portfolio.equity(prices), START)
    market = MarketView(now=START, prices=prices, marks=marks)
    assume(assess(order, portfolio, market, limits, Halt()).approved)
    reached = {**prices, BTC: min(prices[BTC], Price(limit))}
    assert_within(limits, filled(portfolio, order, limit), BTC, reached)


@given(portfolios(), prices_, st.lists(quantities, min_size=1, max_size=4))
def test_approved_sales_never_promise_more_than_is_held(
    portfolio: Portfolio, prices: dict[SymbolName, Price], wanted: list[Decimal]
) -> None:
    pending: list[Order] = []
    for quantity in wanted:
        sale = an_accepted_order(side=Side.SELL, quantity=quantity)
        market = MarketView(now=START, prices=prices, marks=None, open_orders=tuple(pending))
        if assess(sale, portfolio, market, RiskLimits(), Halt()).approved:
            pending.append(sale)
    assert sum(Fraction(sale.quantity) for sale in pending) <= Fraction(portfolio.position(BTC).quantity)
