"""The SQLite database: one thread that writes, two that read, and no waiting on the event loop."""
