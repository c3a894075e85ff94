"""The relational schema, its statements, and how aggregates become rows and rows aggregates."""
