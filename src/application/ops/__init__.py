"""Use cases around the service itself."""
