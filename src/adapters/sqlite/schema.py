"""The schema of a SQLite file: which revision it is at, and bringing it up to this release."""

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from attrs import frozen

from adapters.sql.migrations import FOLDER, revisions
from adapters.sql.migrations.status import SchemaStatus, status_at
from adapters.sqlite.connection import connect
from adapters.sqlite.errors import translated
from adapters.sqlite.revision import revision
from application.ports.clock import Clock
from domain.errors import Unavailable


@frozen
class SqliteSchema:
    """Every method raises Unavailable for a file that cannot be used or is not ours."""

    path: Path
    migrations: Path = FOLDER
    now: Clock = partial(datetime.now, UTC)

    def status(self) -> SchemaStatus:
        return status_at(self._current(), revisions(self.migrations))

    def check(self) -> None:
        """Raises Unavailable unless the schema is the one of this release."""
        self.status().check()

    def upgrade(self) -> Path | None:
        """Create the file where there is none and apply what is pending, each revision entirely or not at all.

        Returns where the backup lies that was made before; None where nothing was pending, or nothing
        was there to lose.
        """
        if not self.status().pending:
            return None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
        except OSError as error:
            raise Unavailable(
                f"DATABASE_URL names {self.path}, which cannot be created ({error.strerror}); "
                "name a file in a folder that this user may write",
                code="database_unavailable",
            ) from error
        # It brings alembic with it, and most starts have nothing to migrate.
        from adapters.sqlite.upgrade import upgrade

        return upgrade(self.path, self.migrations, self.now)

    def _current(self) -> str | None:
        if not self.path.exists():
            return None
        with closing(connect(self.path)) as connection, translated():
            return revision(connection)
