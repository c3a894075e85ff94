"""Market data."""

from datetime import datetime

from attrs import frozen

from application.market.get_order_book import GetOrderBook
from application.market.list_candles import ListCandles
from application.market.list_listings import ListListings
from domain.errors import Invalid, NotFound, Unavailable
from domain.identity.permission import Permission
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from entrypoints.http.endpoint import Endpoint
from entrypoints.http.paging import paged, start_after
from entrypoints.http.services import Services
from entrypoints.http.views.market import (
    CandlePage,
    ListingPage,
    OrderBookView,
    SymbolPage,
    TickerPage,
    TickerView,
    listing_view,
    order_book_view,
    symbol_view,
    ticker_view,
)
from entrypoints.http.wire import Depth, Limit


@frozen(kw_only=True)
class BySymbol:
    cursor: SymbolName | None = None
    limit: Limit = Limit(100)


@frozen(kw_only=True)
class OneSymbol:
    symbol: SymbolName


@frozen(kw_only=True)
class Book:
    symbol: SymbolName
    depth: Depth = Depth(20)


@frozen(kw_only=True)
class Candles:
    symbol: SymbolName
    timeframe: Timeframe
    from_: datetime | None = None
    to: datetime | None = None
    cursor: datetime | None = None
    limit: Limit = Limit(100)


async def list_symbols(services: Services, _: object, query: BySymbol) -> SymbolPage:
    """List the markets, by name."""
    found = sorted(await services.list_symbols(), key=lambda symbol: symbol.name)
    page = paged(found, lambda symbol: symbol.name, query.cursor, query.limit)
    items = [symbol_view(symbol) for symbol in page.items]
    return SymbolPage(source=services.source, items=items, next_cursor=page.next_cursor)


async def list_tickers(services: Services, _: object, query: BySymbol) -> TickerPage:
    """Show the latest price of every symbol, by name."""
    found = sorted(await services.list_tickers(), key=lambda ticker: ticker.symbol)
    page = paged(found, lambda ticker: ticker.symbol, query.cursor, query.limit)
    items = [ticker_view(ticker) for ticker in page.items]
    return TickerPage(source=services.source, items=items, next_cursor=page.next_cursor)


async def get_ticker(services: Services, _: object, query: OneSymbol) -> TickerView:
    """Show the latest price of one symbol."""
    return ticker_view(await services.get_ticker(query.symbol))


async def list_candles(services: Services, _: object, query: Candles) -> CandlePage:
    """List closed candles, oldest first; without `from` and `cursor`, the newest ones."""
    page = await services.list_candles(
        ListCandles(
            symbol=query.symbol,
            timeframe=query.timeframe,
            start=start_after(query.from_, query.to, query.cursor),
            end=query.to,
            limit=query.limit,
        )
    )
    return CandlePage(
        symbol=query.symbol,
        timeframe=query.timeframe,
        source=services.source,
        items=page.items,
        next_cursor=page.next_cursor,
    )


async def get_order_book(services: Services, _: object, query: Book) -> OrderBookView:
    """Show what is offered for one symbol, `depth` levels of either side."""
    return order_book_view(await services.get_order_book(GetOrderBook(symbol=query.symbol, depth=query.depth)))


async def list_listings(services: Services, _: object, query: BySymbol) -> ListingPage:
    """List the symbols that appeared while the service watched, the latest first."""
    page = await services.list_listings(ListListings(before=query.cursor, limit=query.limit))
    items = [listing_view(listing) for listing in page.items]
    return ListingPage(source=services.source, items=items, next_cursor=page.next_cursor)


_READ = Permission.READ_MARKET

ENDPOINTS = (
    Endpoint(method="GET", path="/api/v1/market/symbols", access=_READ, call=list_symbols),
    Endpoint(method="GET", path="/api/v1/market/tickers", access=_READ, call=list_tickers, raises=(Unavailable,)),
    Endpoint(
        method="GET",
        path="/api/v1/market/tickers/{symbol:path}",
        access=_READ,
        call=get_ticker,
        raises=(NotFound, Unavailable),
    ),
    Endpoint(method="GET", path="/api/v1/market/candles", access=_READ, call=list_candles, raises=(Invalid,)),
    Endpoint(
        method="GET",
        path="/api/v1/market/order-book/{symbol:path}",
        access=_READ,
        call=get_order_book,
        raises=(NotFound, Unavailable),
    ),
    Endpoint(method="GET", path="/api/v1/market/listings", access=_READ, call=list_listings),
)
