"""Show what is offered for one symbol."""

from attrs import frozen

from application.ports.exchange import Exchange
from domain.errors import Invalid
from domain.market.order_book import OrderBook
from domain.market.symbol import SymbolName


@frozen(kw_only=True)
class GetOrderBook:
    """The best `depth` levels of either side, 1 to 100."""

    symbol: SymbolName
    depth: int = 20

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.depth <= 100:
            raise Invalid("must be at least 1 and at most 100", field="depth")


@frozen(kw_only=True)
class GetOrderBookHandler:
    """Raises NotFound for an unknown symbol, Unavailable when the exchange has no book to show."""

    exchange: Exchange

    async def __call__(self, query: GetOrderBook) -> OrderBook:
        return await self.exchange.order_book(query.symbol, query.depth)
