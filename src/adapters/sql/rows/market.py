"""Symbols, candles, gaps and listings."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from adapters.sql.rows.reading import decimal, instant, remembered
from adapters.sql.session import Row
from domain.market.candle import Candle, Gap
from domain.market.listing import Listing
from domain.market.symbol import Symbol, SymbolName
from domain.market.timeframe import Timeframe
from domain.shared import time
from domain.shared.money import Money, Price, Quantity, text

_FIVE_AMOUNTS = re.compile(r"(?:[0-9]+(?:\.[0-9]+)? ){5}").fullmatch


def symbol_row(symbol: Symbol) -> Row:
    return (symbol.name, text(symbol.price_tick), text(symbol.quantity_step), text(symbol.minimum_notional))


@remembered
def symbol(row: Row) -> Symbol:
    name, price_tick, quantity_step, minimum_notional = row
    return Symbol(
        name=name,
        price_tick=Price(decimal(price_tick)),
        quantity_step=Quantity(decimal(quantity_step)),
        minimum_notional=Money(decimal(minimum_notional)),
    )


def candle_row(candle: Candle) -> Row:
    return (
        candle.symbol,
        candle.timeframe.value,
        time.text(candle.open_time),
        text(candle.open),
        text(candle.high),
        text(candle.low),
        text(candle.close),
        text(candle.volume),
    )


def candle_reader(symbol: SymbolName, timeframe: Timeframe) -> Callable[[Row], Candle]:
    """Reads the rows of one symbol and timeframe, which begin with the opening time."""

    def candle(row: Row) -> Candle:
        open_time, open_, high, low, close, volume = row
        if _FIVE_AMOUNTS(f"{open_} {high} {low} {close} {volume} ") is None:
            raise ValueError("an amount is not a decimal")
        return Candle(
            symbol=symbol,
            timeframe=timeframe,
            open_time=instant(open_time),
            open=Price(Decimal(open_)),
            high=Price(Decimal(high)),
            low=Price(Decimal(low)),
            close=Price(Decimal(close)),
            volume=Quantity(Decimal(volume)),
        )

    return candle


def newest_candle(row: Row) -> tuple[SymbolName, datetime]:
    symbol, open_time = row
    return SymbolName(symbol), instant(open_time)


def gap_row(gap: Gap) -> Row:
    return (gap.symbol, gap.timeframe.value, time.text(gap.start), time.text(gap.end))


def gap(row: Row) -> Gap:
    symbol, timeframe, start, end = row
    return Gap(symbol=symbol, timeframe=Timeframe(timeframe), start=instant(start), end=instant(end))


def listing_row(listing: Listing) -> Row:
    return (listing.symbol, time.text(listing.listed_at))


def listing(row: Row) -> Listing:
    symbol, listed_at = row
    return Listing(symbol=symbol, listed_at=instant(listed_at))
