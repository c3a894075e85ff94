"""Use cases around market data."""
