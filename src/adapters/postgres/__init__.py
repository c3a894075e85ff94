"""The PostgreSQL database: one connection that writes, two that read, and units that wait without a thread."""
