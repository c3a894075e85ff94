"""Tickers: the latest word on a price."""

from datetime import datetime

from attrs import frozen

from domain.market.symbol import Source, SymbolName
from domain.shared.money import Price, Quantity


@frozen(kw_only=True)
class Ticker:
    """The last price and what the last 24 hours of the market's clock held."""

    symbol: SymbolName
    source: Source
    time: datetime
    last: Price
    bid: Price
    ask: Price
    open_24h: Price
    high_24h: Price
    low_24h: Price
    volume_24h: Quantity
