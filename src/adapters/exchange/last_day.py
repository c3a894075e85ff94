"""The last 24 hours of every symbol, for tickers."""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import timedelta

from application.ports.exchange import NO_PRICE_YET
from domain.errors import Unavailable
from domain.market.candle import Candle
from domain.market.symbol import Source, SymbolName
from domain.market.ticker import Ticker
from domain.shared.money import ZERO, Price, Quantity, exact

DAY = timedelta(hours=24)


class LastDay:
    """Of each symbol the candles that opened in the 24 hours before its last one closed."""

    def __init__(self) -> None:
        self._candles: defaultdict[SymbolName, deque[Candle]] = defaultdict(deque)

    def add(self, candles: Iterable[Candle]) -> None:
        """Take in what came next and let go of what is a day old."""
        for candle in candles:
            self._candles[candle.symbol].append(candle)
        for day in self._candles.values():
            begins = day[-1].close_time - DAY
            while day[0].open_time < begins:
                day.popleft()

    def last(self, symbol: SymbolName) -> Candle:
        """Raises Unavailable before the first candle of `symbol`."""
        if symbol not in self._candles:
            raise Unavailable(f"{symbol} has not closed its first candle yet", code=NO_PRICE_YET)
        return self._candles[symbol][-1]

    @exact
    def ticker(self, symbol: SymbolName, source: Source, *, bid: Price, ask: Price) -> Ticker:
        """Raises Unavailable before the first candle of `symbol`."""
        last, day = self.last(symbol), self._candles[symbol]
        return Ticker(
            symbol=symbol,
            source=source,
            time=last.close_time,
            last=last.close,
            bid=bid,
            ask=ask,
            open_24h=day[0].open,
            high_24h=max(candle.high for candle in day),
            low_24h=min(candle.low for candle in day),
            volume_24h=Quantity(sum((candle.volume for candle in day), ZERO)),
        )
