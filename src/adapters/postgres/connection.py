"""Connections: how the server is reached, how long it may take, and how text is written."""

import asyncpg  # type: ignore[import-untyped]

CONNECT_SECONDS = 5.0
BUSY_SECONDS = 5
STATEMENT_SECONDS = 30
ANSWER_SECONDS = 40.0
"""After which a server that should have given up by itself is not there any more."""

IDLE_SECONDS = 60
"""After which the server ends a transaction, and with it the lock, of a process that says nothing any more."""

_SETTINGS = f"""
SET lock_timeout = '{BUSY_SECONDS}s';
SET statement_timeout = '{STATEMENT_SECONDS}s';
SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s';
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
"""

WRITER = 0x63727970746F626F
"""The advisory lock of whoever writes: one transaction at a time, in all the processes on a database."""


async def connect(url: str) -> asyncpg.Connection:
    """A connection that begins no transaction by itself; raises one of `FAILURES` if there is none to be had."""
    connection = await asyncpg.connect(
        url, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS, statement_cache_size=256
    )
    try:
        await connection.execute(_SETTINGS)
        await connection.set_type_codec("text", schema="pg_catalog", encoder=_written, decoder=_read)
    except BaseException:
        connection.terminate()
        raise
    return connection


def _written(text: str) -> str:
    """Without the NUL that PostgreSQL has no room for, sorting as before."""
    if "\0" in text or "\1" in text:
        return text.replace("\1", "\1\2").replace("\0", "\1\1")
    return text


def _read(text: str) -> str:
    return text.replace("\1\1", "\0").replace("\1\2", "\1") if "\1" in text else text
