"""What this copy knows of the other nodes' copies, kept in the same file by triggers and a ledger."""

from adapters.sqlite.database import SqliteDatabase

_ANY_TRIGGER = "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' LIMIT 1"


async def notes_writes(database: SqliteDatabase) -> bool:
    """Whether the file has triggers; cheap, as most installations have none."""
    return await database.read(lambda stores: stores.session.one(_ANY_TRIGGER) is not None)
