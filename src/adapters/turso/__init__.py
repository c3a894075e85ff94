"""The remote copy in a libSQL database: Turso's, or any libSQL server."""
