"""Technical indicators: floats in, floats out, one constant-time update a candle.

Each is an attrs class whose parameters carry the metadata `{"parameter": True}` and whose other fields
are plain numbers, lists or further indicators: its whole memory can be written down and restored.
"""

from domain.market.indicators.atr import ATR
from domain.market.indicators.bollinger import Bands, Bollinger
from domain.market.indicators.ema import EMA
from domain.market.indicators.macd import MACD, MACDValue
from domain.market.indicators.rsi import RSI
from domain.market.indicators.sma import SMA

__all__ = ["ATR", "EMA", "MACD", "RSI", "SMA", "Bands", "Bollinger", "MACDValue"]
