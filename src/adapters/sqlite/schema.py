"""The schema of a SQLite file: which revision it is at, and bringing it up to this release."""

import sqlite3
from contextlib import closing
from pathlib import Path

from attrs import frozen

from adapters.sql.migrations import FOLDER, HEAD, REVISIONS
from adapters.sqlite.connection import connect
from adapters.sqlite.errors import translated, unavailable
from domain.errors import Unavailable


@frozen(kw_only=True)
class SchemaStatus:
    """The revision a database is at (None before the first), the newest there is, and those still to come."""

    current: str | None
    head: str
    pending: tuple[str, ...]


@frozen
class SqliteSchema:
    """Every method raises Unavailable for a file that cannot be used or is not ours."""

    path: Path

    def status(self) -> SchemaStatus:
        current = self._current()
        if current is None:
            return SchemaStatus(current=None, head=HEAD, pending=REVISIONS)
        if current not in REVISIONS:
            raise Unavailable(
                f"the database (DATABASE_URL) is at revision {current} of a newer release, this one knows {HEAD}; "
                "run the newer release, or restore a backup from before it",
                code="database_newer",
            )
        return SchemaStatus(current=current, head=HEAD, pending=REVISIONS[REVISIONS.index(current) + 1 :])

    def check(self) -> None:
        """Raises Unavailable unless the schema is the one of this release."""
        status = self.status()
        if status.pending:
            raise Unavailable(
                f"the database (DATABASE_URL) is at revision {status.current or 'none'}, this release needs {HEAD}; "
                "run `cryptobot migrate up`",
                code="database_older",
            )

    def upgrade(self) -> None:
        """Create the file where there is none and apply what is pending, all of it or nothing."""
        if not self.status().pending:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
        except OSError as error:
            raise Unavailable(
                f"DATABASE_URL names {self.path}, which cannot be created ({error.strerror}); "
                "name a file in a folder that this user may write",
                code="database_unavailable",
            ) from error
        with closing(connect(self.path)) as connection:
            _upgrade(connection)

    def _current(self) -> str | None:
        if not self.path.exists():
            return None
        with closing(connect(self.path)) as connection, translated():
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


def _upgrade(raw: sqlite3.Connection) -> None:
    """Imports alembic only here: most starts have nothing to migrate."""
    from alembic.command import upgrade
    from alembic.config import Config
    from sqlalchemy import StaticPool, create_engine
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            upgrade(config, "head")
            connection.commit()
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise unavailable(error.orig) from error
        raise
