"""Bringing a file up to a release: a backup first, then each revision in a transaction of its own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, StaticPool, create_engine
from sqlalchemy.exc import DBAPIError

from adapters.sql.migrations import revisions
from adapters.sql.migrations.status import status_at
from adapters.sqlite.backup import back_up
from adapters.sqlite.connection import connect
from adapters.sqlite.errors import translated, unavailable
from adapters.sqlite.revision import revision
from application.ports.clock import Clock
from domain.errors import Unavailable


def upgrade(path: Path, migrations: Path, now: Clock) -> Path | None:
    """Apply what is pending and return where the backup lies; None if there was nothing to back up.

    Raises:
        Unavailable: the backup cannot be made, and nothing was applied; or a revision cannot be applied,
            and the database stays at the one before it.
    """
    known = revisions(migrations)
    backup: Path | None = None
    new = False
    with closing(connect(path)) as raw, _connected(raw) as connection:
        while True:
            with connection.begin() as transaction:
                with translated():
                    raw.execute("BEGIN IMMEDIATE")
                    status = status_at(revision(raw), known)
                if not status.pending:
                    return backup
                following = status.pending[0]
                new = new or status.current is None
                if status.current is not None and backup is None and not new:
                    backup = back_up(path, status.current, following, now())
                try:
                    command.upgrade(_config(migrations, connection), following)
                    transaction.commit()
                except Exception as error:
                    raise _failed(error, status.current, following, backup) from error


@contextmanager
def _connected(raw: sqlite3.Connection) -> Iterator[Connection]:
    """SQLAlchemy's view of `raw`, which begins no transaction by itself."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        yield connection


def _config(migrations: Path, connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


def _failed(error: Exception, current: str | None, following: str, backup: Path | None) -> Unavailable:
    original = error.orig if isinstance(error, DBAPIError) else None
    reason = unavailable(original).detail if isinstance(original, sqlite3.Error) else str(error) or repr(error)
    kept = f"; as it was before, the database lies in {backup}" if backup else ""
    return Unavailable(
        f"revision {following} was not applied and the database stays at revision {current or 'none'}: {reason}{kept}",
        code="migration_failed",
    )
