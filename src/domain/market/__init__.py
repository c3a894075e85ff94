"""Symbols, candles, tickers and what can be computed from them."""
