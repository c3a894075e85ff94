"""Listings: symbols that appeared after we began to watch."""

from datetime import datetime

from attrs import frozen

from domain.market.symbol import SymbolName
from domain.shared.events import Event


@frozen(kw_only=True)
class Listing:
    """A symbol and the market time at which it was first seen."""

    symbol: SymbolName
    listed_at: datetime


@frozen(kw_only=True)
class SymbolListed(Event):
    symbol: SymbolName


@frozen(kw_only=True)
class GapDetected(Event):
    symbol: SymbolName
    missing: int
    start: datetime
