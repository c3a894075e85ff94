"""The schema of a PostgreSQL database: which revision it is at, and bringing it up to this release."""

import asyncio
from functools import partial

import asyncpg  # type: ignore[import-untyped]
from attrs import frozen
from sqlalchemy import Connection, text

from adapters.postgres.connection import WRITER, connect
from adapters.postgres.errors import FAILURES, told, unavailable
from adapters.sql.migrations import FOLDER, REVISIONS
from adapters.sql.migrations.status import SchemaStatus, status_at
from domain.errors import Unavailable

_PATIENCE = f"""
SELECT set_config('lock_timeout', '60s', true), set_config('statement_timeout', '0', true),
       pg_advisory_xact_lock({WRITER})
"""
"""Another replica may be at it already; what there is to move may be a lot."""


@frozen
class PostgresSchema:
    """Every method raises Unavailable for a database that cannot be used or is not ours."""

    url: str

    def status(self) -> SchemaStatus:
        return asyncio.run(self._status())

    def check(self) -> None:
        """Raises Unavailable unless the schema is the one of this release."""
        asyncio.run(self.checked())

    def upgrade(self) -> None:
        """Apply what is pending, each revision entirely or not at all, and while no process writes."""
        asyncio.run(self._upgraded())

    async def checked(self) -> None:
        """The same as `check`, for whoever is on the event loop."""
        (await self._status()).check()

    async def _status(self) -> SchemaStatus:
        with told():
            connection = await connect(self.url)
            try:
                return status_at(await _current(connection), REVISIONS)
            finally:
                await connection.close()

    async def _upgraded(self) -> None:
        """Imports alembic only here: most starts have nothing to migrate."""
        if not (await self._status()).pending:
            return
        from sqlalchemy import NullPool
        from sqlalchemy.exc import DBAPIError
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=partial(connect, self.url),
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
        )
        try:
            async with engine.connect() as connection:
                more = True
                while more:
                    async with connection.begin():
                        more = await connection.run_sync(_upgrade_by_one)
        except DBAPIError as error:
            raise unavailable(_cause(error)) from error
        except FAILURES as error:
            raise unavailable(error) from error


def _upgrade_by_one(connection: Connection) -> bool:
    """Apply the first revision that is pending by now; tells whether there may be another."""
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.migration import MigrationContext

    connection.execute(text(_PATIENCE))
    current = MigrationContext.configure(connection).get_current_revision()
    pending = status_at(current, REVISIONS).pending
    if pending:
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        upgrade(config, pending[0])
    return len(pending) > 1


async def _current(connection: asyncpg.Connection) -> str | None:
    found = await connection.fetch("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()")
    tables = [name for (name,) in found]
    if "alembic_version" in tables:
        current: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return current
    if tables:
        raise Unavailable(
            "the database (DATABASE_URL) holds tables of another program; name a database of its own",
            code="database_unavailable",
        )
    return None


def _cause(error: BaseException) -> BaseException:
    """The driver's own error beneath those that wrap it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error
