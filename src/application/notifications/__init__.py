"""Use cases around what people are told."""
