"""Listings: symbols that appeared after we began to watch."""

from datetime import datetime

from attrs import frozen

from domain.market.symbol import Source, SymbolName
from domain.shared.events import Event


@frozen(kw_only=True)
class Listing:
    """A symbol and the market time at which it was first seen."""

    symbol: SymbolName
    listed_at: datetime


@frozen(kw_only=True)
class SymbolListed(Event):
    symbol: SymbolName
    source: Source


@frozen(kw_only=True)
class GapDetected(Event):
    symbol: SymbolName
    source: Source
    missing: int
    start: datetime
