"""Use cases around strategies."""
