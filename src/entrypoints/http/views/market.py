"""Market data as the API shows it."""

from collections.abc import Sequence

from attrs import define

from application.ports.market import CandleRow
from domain.market.listing import Listing
from domain.market.order_book import Level, OrderBook
from domain.market.symbol import Source, Symbol
from domain.market.ticker import Ticker
from domain.market.timeframe import Timeframe
from domain.shared import money, time
from entrypoints.http.wire import AmountText, SymbolText, TimeText


@define(kw_only=True, slots=False)
class SymbolView:
    """A market: prices move in `price_tick`, quantities in `quantity_step`, and an order is worth at least
    `minimum_notional` of the quote currency."""

    symbol: SymbolText
    base: str
    quote: str
    price_tick: AmountText
    quantity_step: AmountText
    minimum_notional: AmountText


@define(kw_only=True, slots=False)
class SymbolPage:
    source: Source
    items: Sequence[SymbolView]
    next_cursor: str | None


@define(kw_only=True, slots=False)
class TickerView:
    """The last price, and what the last 24 hours of the market's clock held."""

    symbol: SymbolText
    source: Source
    time: TimeText
    last: AmountText
    bid: AmountText
    ask: AmountText
    open_24h: AmountText
    high_24h: AmountText
    low_24h: AmountText
    volume_24h: AmountText


@define(kw_only=True, slots=False)
class TickerPage:
    source: Source
    items: Sequence[TickerView]
    next_cursor: str | None


@define(kw_only=True, slots=False)
class CandlePage:
    """Closed candles, oldest first."""

    symbol: SymbolText
    timeframe: Timeframe
    source: Source
    items: Sequence[CandleRow]
    next_cursor: str | None


@define(kw_only=True, slots=False)
class LevelView:
    price: AmountText
    quantity: AmountText


@define(kw_only=True, slots=False)
class OrderBookView:
    """Bids from the highest down, asks from the lowest up."""

    symbol: SymbolText
    source: Source
    time: TimeText
    bids: Sequence[LevelView]
    asks: Sequence[LevelView]


@define(kw_only=True, slots=False)
class ListingView:
    """A symbol that appeared while the service watched, and the market's time when it did."""

    symbol: SymbolText
    listed_at: TimeText


@define(kw_only=True, slots=False)
class ListingPage:
    source: Source
    items: Sequence[ListingView]
    next_cursor: str | None


def symbol_view(symbol: Symbol) -> SymbolView:
    return SymbolView(
        symbol=symbol.name,
        base=symbol.base,
        quote=symbol.quote,
        price_tick=money.text(symbol.price_tick),
        quantity_step=money.text(symbol.quantity_step),
        minimum_notional=money.text(symbol.minimum_notional),
    )


def ticker_view(ticker: Ticker) -> TickerView:
    return TickerView(
        symbol=ticker.symbol,
        source=ticker.source,
        time=time.text(ticker.time),
        last=money.text(ticker.last),
        bid=money.text(ticker.bid),
        ask=money.text(ticker.ask),
        open_24h=money.text(ticker.open_24h),
        high_24h=money.text(ticker.high_24h),
        low_24h=money.text(ticker.low_24h),
        volume_24h=money.text(ticker.volume_24h),
    )


def order_book_view(book: OrderBook) -> OrderBookView:
    return OrderBookView(
        symbol=book.symbol,
        source=book.source,
        time=time.text(book.time),
        bids=[_level_view(level) for level in book.bids],
        asks=[_level_view(level) for level in book.asks],
    )


def _level_view(level: Level) -> LevelView:
    return LevelView(price=money.text(level.price), quantity=money.text(level.quantity))


def listing_view(listing: Listing) -> ListingView:
    return ListingView(symbol=listing.symbol, listed_at=time.text(listing.listed_at))
