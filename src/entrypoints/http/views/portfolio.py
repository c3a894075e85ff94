"""The portfolio, its positions and its history as the API shows them."""

from collections.abc import Sequence

from attrs import define

from application.trading.get_portfolio import PortfolioReport
from domain.market.symbol import Source
from domain.shared import money, time
from domain.trading.order import TradingMode
from domain.trading.portfolio import EquityPoint
from domain.trading.position import Position
from entrypoints.http.views.orders import amount_or_none
from entrypoints.http.wire import AmountText, SymbolText, TimeText


@define(kw_only=True, slots=False)
class PositionView:
    """A holding. Values are in the quote currency at the last close; profits are before fees."""

    symbol: SymbolText
    quantity: AmountText
    average_cost: AmountText | None
    cost_basis: AmountText
    last_price: AmountText | None
    value: AmountText | None
    unrealised_pnl: AmountText | None
    realised_pnl: AmountText
    fees: AmountText


@define(kw_only=True, slots=False)
class PositionPage:
    mode: TradingMode
    source: Source
    as_of: TimeText | None
    items: Sequence[PositionView]
    next_cursor: str | None


@define(kw_only=True, slots=False)
class PortfolioView:
    """The account in its currency, valued at `as_of` in the market's clock.

    `cash + positions_value = starting_balance + realised_pnl + unrealised_pnl - fees`, exactly. What cannot
    be valued, because a holding has no price yet, is null.
    """

    mode: TradingMode
    source: Source
    as_of: TimeText | None
    currency: str
    starting_balance: AmountText
    cash: AmountText
    positions_value: AmountText | None
    equity: AmountText | None
    realised_pnl: AmountText
    unrealised_pnl: AmountText | None
    fees: AmountText


@define(kw_only=True, slots=False)
class EquityPointView:
    time: TimeText
    equity: AmountText
    cash: AmountText


@define(kw_only=True, slots=False)
class EquityPage:
    """The portfolio's worth over the market's time, oldest first."""

    mode: TradingMode
    source: Source
    items: Sequence[EquityPointView]
    next_cursor: str | None


def portfolio_view(report: PortfolioReport) -> PortfolioView:
    portfolio, prices = report.portfolio, report.prices
    valued = all(position.symbol in prices for position in portfolio.held)
    return PortfolioView(
        mode=portfolio.account.mode,
        source=report.source,
        as_of=time.text(report.as_of) if report.as_of else None,
        currency=portfolio.account.currency,
        starting_balance=money.text(portfolio.account.starting_balance),
        cash=money.text(portfolio.cash),
        positions_value=money.text(portfolio.value(prices)) if valued else None,
        equity=money.text(portfolio.equity(prices)) if valued else None,
        realised_pnl=money.text(portfolio.realised),
        unrealised_pnl=money.text(portfolio.unrealised(prices)) if valued else None,
        fees=money.text(portfolio.fees),
    )


def position_views(report: PortfolioReport) -> list[PositionView]:
    """What is held, by symbol."""
    held = sorted(report.portfolio.held, key=lambda position: position.symbol)
    return [_position_view(position, report) for position in held]


def _position_view(position: Position, report: PortfolioReport) -> PositionView:
    price = report.prices.get(position.symbol)
    return PositionView(
        symbol=position.symbol,
        quantity=money.text(position.quantity),
        average_cost=amount_or_none(position.average_cost),
        cost_basis=money.text(position.cost_basis),
        last_price=amount_or_none(price),
        value=None if price is None else money.text(position.value(price)),
        unrealised_pnl=None if price is None else money.text(position.unrealised(price)),
        realised_pnl=money.text(position.realised),
        fees=money.text(position.fees),
    )


def equity_point_view(point: EquityPoint) -> EquityPointView:
    return EquityPointView(time=time.text(point.time), equity=money.text(point.equity), cash=money.text(point.cash))
