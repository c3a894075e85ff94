"""The simulated order book: what might have been offered when the last candle closed."""

from decimal import Decimal

from adapters.exchange.noise import hashed, key_of
from adapters.exchange.walk import Coin
from domain.market.candle import Candle
from domain.market.order_book import Level, OrderBook
from domain.market.symbol import Source
from domain.shared.money import Price

_SPREAD = Decimal("0.0001")
"""Between the last price and the best offer, as a share of the price; at least a tick."""


def best_offers(coin: Coin, last: Candle) -> tuple[Price, Price]:
    """The best bid and the best ask."""
    spread = _spread(coin, last)
    return Price(last.close - spread), Price(last.close + spread)


def order_book(coin: Coin, last: Candle, depth: int) -> OrderBook:
    """As many levels as the price leaves room for; the same for the same candle."""
    bids, asks = (_levels(coin, last, step, depth) for step in (-_spread(coin, last), _spread(coin, last)))
    return OrderBook(symbol=last.symbol, source=Source.SIMULATED, time=last.close_time, bids=bids, asks=asks)


def _spread(coin: Coin, last: Candle) -> Price:
    return coin.symbol.price_up(last.close * _SPREAD)


def _levels(coin: Coin, last: Candle, step: Decimal, depth: int) -> tuple[Level, ...]:
    """Each level is worth 1 to 5 % of a minute's turnover."""
    key = key_of(coin.symbol.name, last.close_time, last.close, step)
    prices = [last.close + number * step for number in range(1, depth + 1)]
    sizes = [coin.turnover * (0.01 + 0.04 * hashed(key, number) / 2**64) for number in range(depth)]
    return tuple(
        Level(Price(price), max(coin.symbol.quantity_down(Decimal(size) / price), coin.symbol.quantity_step))
        for price, size in zip(prices, sizes, strict=True)
        if price > 0
    )
