"""The machine itself: its clock and the identifiers it mints."""
