"""Aggregates to rows and back: strict, without coercion, and quick where it is hot."""
