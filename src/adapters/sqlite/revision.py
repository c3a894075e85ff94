"""Which revision a file is at."""

import sqlite3

from domain.errors import Unavailable


def revision(connection: sqlite3.Connection) -> str | None:
    """The revision of the schema; None for a file that holds nothing.

    Raises:
        Unavailable: the file is of another program.
        sqlite3.Error: it cannot be read.
    """
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])
    if tables:
        raise Unavailable(
            "the database (DATABASE_URL) holds tables of another program; name a file of its own",
            code="database_unavailable",
        )
    return None
