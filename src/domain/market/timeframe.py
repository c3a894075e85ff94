"""Timeframes: how long one candle lasts."""

from datetime import datetime, timedelta
from enum import StrEnum

from domain.shared.time import EPOCH


class Timeframe(StrEnum):
    """The length of a candle; candles start at multiples of it since the Unix epoch."""

    M1 = "1m"
    M3 = "3m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    H6 = "6h"
    H12 = "12h"
    D1 = "1d"

    @property
    def duration(self) -> timedelta:
        return _DURATIONS[self]

    def floor(self, instant: datetime) -> datetime:
        """The opening time of the candle that contains `instant`."""
        return instant - (instant - EPOCH) % _DURATIONS[self]

    def aligned(self, instant: datetime) -> bool:
        """Whether a candle may open at `instant`."""
        return not (instant - EPOCH) % _DURATIONS[self]


_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_DURATIONS = {timeframe: int(timeframe[:-1]) * _UNITS[timeframe[-1]] for timeframe in Timeframe}
