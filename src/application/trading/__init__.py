"""Use cases around orders and the portfolio."""
