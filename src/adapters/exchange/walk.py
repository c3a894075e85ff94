"""The simulated price of one coin: a closed form of time, so any candle can be made without its past."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil, exp, floor, sqrt

from attrs import frozen

from adapters.exchange.noise import Jumps, Wave, alternating, hashed, key_of
from domain.market.candle import Candle
from domain.market.symbol import Symbol
from domain.market.timeframe import Timeframe
from domain.shared.money import Price, Quantity

START = datetime(2025, 1, 1, tzinfo=UTC)
"""When every simulated market opens."""

_MINUTE = timedelta(minutes=1)
_SHORT, _LONG = (1, 3, 9, 27, 81), (243, 729, 2187, 6561, 19683, 59049, 177147)
"""Lengths of the waves in minutes, up to four months; spells act on the short ones."""
_SWING_LENGTH, _SWING_HEIGHT = 24, 10
"""Twice the length is one swing up and down: it keeps averages over 12 and 26 minutes crossing."""
_JUMP_LENGTH, _JUMP_HEIGHT = 480, 0.05
_SPELL_LENGTH = 729
_BITS = (1 << 20) - 1


@frozen(kw_only=True)
class Coin:
    """A simulated market, listed `listed_after` candles after the market opens.

    `price` is where the price is drawn to, in the quote currency, `volatility` the share of it that a
    minute moves, `turnover` what is traded in a minute, in the quote currency.
    """

    symbol: Symbol
    price: float
    volatility: float
    turnover: float
    listed_after: int = 0


class Walk:
    """The candles of one coin, by index.

    The logarithm of the price is a sum of waves as high as the square root of their length, as those of
    a random walk are, so that there are trends and ranges at every scale; a swing, jumps, and spells of
    calm and haste are added. Opens and closes agree between timeframes; highs, lows and volumes are
    drawn for each candle.
    """

    def __init__(self, coin: Coin, seed: int) -> None:
        def key(*parts: object) -> int:
            return key_of(seed, coin.symbol.name, *parts)

        def waves(lengths: tuple[int, ...]) -> list[tuple[float, Wave]]:
            return [(coin.volatility * sqrt(length), Wave(key("wave", length), length)) for length in lengths]

        self._coin = coin
        self._tick, self._step = float(coin.symbol.price_tick), float(coin.symbol.quantity_step)
        swing = Wave(key("swing"), _SWING_LENGTH, alternating)
        self._short = [*waves(_SHORT), (coin.volatility * _SWING_HEIGHT, swing)]
        self._long = waves(_LONG)
        self._jumps = Jumps(key("jumps"), _JUMP_LENGTH)
        self._spells = Wave(key("spells"), _SPELL_LENGTH)
        self._shapes = key("shapes")
        self._latest = (-1, 0.0)

    def candle(self, index: int, timeframe: Timeframe) -> Candle:
        """The closed candle that opens `index` candles after `START`."""
        minutes = timeframe.duration // _MINUTE
        start = index * minutes
        opened, closed = self._price(start), self._price(start + minutes)
        shape = hashed(self._shapes ^ minutes, index)
        rise, fall, crowd = ((shape >> shift & _BITS) / _BITS for shift in (0, 20, 40))
        haste = self._haste(start)
        span = self._coin.volatility * sqrt(minutes) * haste
        traded = self._coin.turnover * minutes * haste * (0.5 + crowd) / closed
        return Candle(
            symbol=self._coin.symbol.name,
            timeframe=timeframe,
            open_time=START + index * timeframe.duration,
            open=self._in_ticks(round(opened / self._tick)),
            high=self._in_ticks(ceil(max(opened, closed) * (1 + span * rise**2) / self._tick)),
            low=self._in_ticks(floor(min(opened, closed) * (1 - span * fall**2) / self._tick)),
            close=self._in_ticks(round(closed / self._tick)),
            volume=Quantity(Decimal(round(traded / self._step)) * self._coin.symbol.quantity_step),
        )

    def _price(self, minute: int) -> float:
        latest, price = self._latest
        if minute == latest:
            return price
        short = sum([height * wave.at(minute) for height, wave in self._short])
        long = sum([height * wave.at(minute) for height, wave in self._long])
        logarithm = short * self._haste(minute) + long + _JUMP_HEIGHT * self._jumps.at(minute)
        price = self._coin.price * exp(logarithm)
        self._latest = (minute, price)
        return price

    def _haste(self, minute: int) -> float:
        return 1 + 0.5 * self._spells.at(minute)

    def _in_ticks(self, ticks: int) -> Price:
        return Price(Decimal(ticks) * self._coin.symbol.price_tick)
