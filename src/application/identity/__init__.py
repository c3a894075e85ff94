"""Use cases around who calls."""
