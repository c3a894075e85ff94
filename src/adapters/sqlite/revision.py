"""Which revision a file is at, and what that means for a release."""

import sqlite3

from attrs import frozen

from domain.errors import Unavailable


@frozen(kw_only=True)
class SchemaStatus:
    """The revision a database is at (None before the first), the newest there is, and those still to come."""

    current: str | None
    head: str
    pending: tuple[str, ...]


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


def status_at(current: str | None, known: tuple[str, ...]) -> SchemaStatus:
    """What a database at `current` is to a release that knows these revisions.

    Raises:
        Unavailable: it is of a newer release.
    """
    if current is None:
        return SchemaStatus(current=None, head=known[-1], pending=known)
    if current not in known:
        raise Unavailable(
            f"the database (DATABASE_URL) is at revision {current} of a newer release, this one knows {known[-1]}; "
            "run the newer release, or restore a backup from before it",
            code="database_newer",
        )
    return SchemaStatus(current=current, head=known[-1], pending=known[known.index(current) + 1 :])
