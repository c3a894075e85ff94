"""Strategies: a candle in, a signal out; and the desk that turns signals into orders."""
