"""Orders, fills, positions, the portfolio and the rules that guard them."""
