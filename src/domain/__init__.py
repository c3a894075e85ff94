"""The pure core: what the words of trading mean, with no I/O, no clock and no randomness."""
