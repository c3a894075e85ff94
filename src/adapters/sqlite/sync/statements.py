"""What the ledger asks of SQLite: its own tables, and each shared table by the parts of its rows."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from adapters.sql import statements
from adapters.sql.shared import SHARED, Shared, as_text
from adapters.sql.tables import sync_rows
from domain.sync.row import Values

_ROWS = ", ".join(f"'{name}'" for name, shared in SHARED.items() if not shared.policy.fact)

PLACE = "SELECT boot, millisecond, count, epoch, seq, op_id FROM sync_node"
MOVE = "UPDATE sync_node SET boot = ?, millisecond = ?, count = ?, epoch = ?, seq = ?, op_id = ?"
BEGIN = """
INSERT INTO sync_node (scope, boot, millisecond, count, epoch, seq, op_id, muted) VALUES (?, ?, 0, 0, NULL, 0, '', 0)
ON CONFLICT (scope) DO UPDATE SET muted = 0
"""
MUTE = "UPDATE sync_node SET muted = ?"

NOTED = f"SELECT tbl, pk, at FROM sync_noted WHERE tbl IN ({_ROWS}) ORDER BY at, tbl, pk LIMIT ?"
IS_NOTED = "SELECT 1 FROM sync_noted WHERE tbl = ? AND pk = ?"
FORGET_NOTE = "DELETE FROM sync_noted WHERE tbl = ? AND pk = ?"
FORGET_NOTES = "DELETE FROM sync_noted WHERE tbl = ? AND pk IN (SELECT value FROM json_each(?))"

STATE = "SELECT state, pending FROM sync_rows WHERE tbl = ? AND pk = ?"
STATES = "SELECT pk FROM sync_rows WHERE tbl = ?"
KEEP = statements.save(sync_rows)
UNTOLD_ROWS = """
SELECT pk, state FROM sync_rows
WHERE pending AND tbl = ? AND pk > ? AND length(CAST(state AS BLOB)) <= ? ORDER BY pk LIMIT ?
"""
TOLD = "UPDATE sync_rows SET pending = 0 WHERE tbl = ? AND pk = ? AND state = ?"
TELL_ALL = "UPDATE sync_rows SET pending = 1"
WAITING = "SELECT (SELECT count(*) FROM sync_noted) + (SELECT count(*) FROM sync_rows WHERE pending)"


@frozen
class TableSql:
    """Statements over one shared table; keys and values are in the order in which the table declares them."""

    columns: tuple[str, ...]
    values: str
    add: str
    save: str
    delete: str
    record_anew: str | None
    """Makes a row the last recorded, where that order counts, so that what follows from it is worked out again."""
    untold: str
    """Noted facts after a key: the key, and the values."""

    def texts(self, stored: Sequence[object]) -> Values:
        return dict(zip(self.columns, map(as_text, stored), strict=True))


def _sql(shared: Shared) -> TableSql:
    table, columns = shared.name, ", ".join(shared.columns)
    this = " AND ".join(f"{column} = ?" for column in shared.keys)
    # Twice as fast as the operator ->>, which parses the key for every part of it.
    parts = (f"json_extract(noted.pk, '$[{place}]')" for place in range(len(shared.keys)))
    noted = " AND ".join(f"{table}.{column} = {part}" for column, part in zip(shared.keys, parts, strict=True))
    return TableSql(
        columns=shared.columns,
        values=f"SELECT {columns} FROM {table} WHERE {this}",
        add=statements.add(shared.table),
        save=statements.save(shared.table),
        delete=f"DELETE FROM {table} WHERE {this}",
        record_anew=f"UPDATE {table} SET rowid = (SELECT max(rowid) + 1 FROM {table}) WHERE {this}"
        if shared.table.dialect_options["sqlite"]["with_rowid"]
        else None,
        untold=f"SELECT noted.pk, {columns} FROM sync_noted AS noted CROSS JOIN {table} ON {noted} "
        "WHERE noted.tbl = ? AND noted.pk > ? ORDER BY noted.pk LIMIT ?",
    )


SQL: Mapping[str, TableSql] = {name: _sql(shared) for name, shared in SHARED.items()}
