"""Timeframes: how long one candle lasts."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from domain.shared.time import EPOCH

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Timeframe(StrEnum):
    """The length of a candle; candles start at multiples of it since the Unix epoch."""

    duration: timedelta
    _seconds: int

    def __new__(cls, name: str) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.duration = int(name[:-1]) * _UNITS[name[-1]]
        member._seconds = member.duration // timedelta(seconds=1)
        return member

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

    def floor(self, instant: datetime) -> datetime:
        """The opening time of the candle that contains `instant`."""
        return instant - (instant - EPOCH) % self.duration

    def aligned(self, instant: datetime) -> bool:
        """Whether a candle may open at `instant`."""
        since = instant - EPOCH
        # Every day begins with a new candle, so its own seconds are enough.
        return not (since.seconds % self._seconds or since.microseconds)
