"""Everything in memory, complete and without dependencies: for tests, and to learn from."""
