"""Use cases around the copies of the record on other nodes."""
