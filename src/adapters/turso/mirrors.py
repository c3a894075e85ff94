"""The readable tables at the remote, and what is said to the database about them.

They have the columns of the shared tables, and no constraint but the key. The owner may add tables, columns,
indices and views beside them.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from adapters.sql.mirrors import MirrorTable
from domain.errors import Rejected

_BEHIND = """
EXISTS (SELECT 1 FROM sync_meta WHERE epoch = :epoch)
AND coalesce((SELECT seq FROM sync_mirrors WHERE epoch = :epoch), 0) = :since
AND (SELECT seq = :seq AND op_id || node = :op_id FROM sync_changes ORDER BY seq DESC LIMIT 1)
"""
"""Whether the mirrors are still where they were found, and the log, too."""

SINCE = "SELECT coalesce((SELECT seq FROM sync_mirrors JOIN sync_meta USING (epoch)), 0)"

ENTRIES = f"SELECT seq, tbl, pk FROM sync_changes WHERE seq > ({SINCE}) ORDER BY seq LIMIT :limit"

REACHED = f"""
INSERT INTO sync_mirrors (epoch, seq) SELECT :epoch, :upto WHERE {_BEHIND}
ON CONFLICT (epoch) DO UPDATE SET seq = excluded.seq
"""

ANEW = "DELETE FROM sync_mirrors"
"""The mirrors are filled from the beginning of the log again."""


def clear(name: str) -> str:
    """Empty a mirror, unless the mirrors were begun for this log."""
    return f'DELETE FROM "{name}" WHERE NOT EXISTS (SELECT 1 FROM sync_mirrors WHERE epoch = :epoch) AND {_BEHIND}'


def save(name: str, mirror: MirrorTable) -> str:
    """Rows arrive as one JSON text: arrays of texts, which the columns' types make numbers of."""
    values = ", ".join(f"value ->> {place}" for place in range(len(mirror.keys) + len(mirror.columns)))
    kept = ", ".join(f'"{column}" = excluded."{column}"' for column in mirror.columns)
    return (
        f'INSERT INTO "{name}" ({_names(*mirror.keys, *mirror.columns)}) '
        f"SELECT {values} FROM json_each(:rows) WHERE {_BEHIND} "
        f"ON CONFLICT ({_names(*mirror.keys)}) DO UPDATE SET {kept}"
    )


def delete(name: str, mirror: MirrorTable) -> str:
    """Keys arrive as one JSON text: arrays of texts."""
    values = ", ".join(f"value ->> {place}" for place in range(len(mirror.keys)))
    gone = f"SELECT {values} FROM json_each(:rows)"
    return f'DELETE FROM "{name}" WHERE ({_names(*mirror.keys)}) IN ({gone}) AND {_BEHIND}'


def lacking(mirrors: Mapping[str, MirrorTable], held: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """What makes the database have all mirrors; `held` are its tables, with each column's place in the key.

    Raises:
        Rejected: a table of the owner's has the name of a mirror.
    """
    for name, mirror in mirrors.items():
        columns = held.get(name)
        if columns is None:
            keys = [f'"{column}" TEXT NOT NULL' for column in mirror.keys]
            others = [_column(column, mirror) for column in mirror.columns]
            key = f"PRIMARY KEY ({_names(*mirror.keys)})"
            yield f'CREATE TABLE IF NOT EXISTS "{name}" ({", ".join((*keys, *others, key))}) WITHOUT ROWID'
            continue
        if {column for column, place in columns.items() if place} != set(mirror.keys):
            raise Rejected(
                f"the remote has a table {name} that is not the bot's; rename it, as the bot writes {name} there",
                code="remote_table_taken",
            )
        for column in mirror.columns:
            if column not in columns:
                yield f'ALTER TABLE "{name}" ADD COLUMN {_column(column, mirror)}'


def as_json(rows: Sequence[object]) -> str:
    return msgspec.json.encode(rows).decode()


def _column(column: str, mirror: MirrorTable) -> str:
    return f'"{column}" {"INTEGER" if column in mirror.integers else "TEXT"}'


def _names(*names: str) -> str:
    return ", ".join(f'"{name}"' for name in names)
