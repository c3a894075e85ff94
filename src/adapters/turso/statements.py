"""What is said to the remote database."""

TABLES = {
    "sync_changes": "seq INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL UNIQUE, node TEXT NOT NULL, "
    "tbl TEXT NOT NULL, pk TEXT NOT NULL, payload TEXT NOT NULL",
    "sync_nodes": "node TEXT NOT NULL PRIMARY KEY, cursor INTEGER NOT NULL, seen_at TEXT NOT NULL",
    "sync_meta": "epoch TEXT NOT NULL, schema INTEGER NOT NULL, floor_seq INTEGER NOT NULL",
    "sync_mirrors": "epoch TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL",
    "sync_lease": "name TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, until TEXT NOT NULL, "
    "begun INTEGER NOT NULL",
    "sync_contenders": "node TEXT NOT NULL PRIMARY KEY, seen_at TEXT NOT NULL",
}
"""`sync_mirrors`: up to which entry of a log the readable tables show it."""

CREATE = [f"CREATE TABLE IF NOT EXISTS {name} ({columns})" for name, columns in TABLES.items()]

CREATE_LEASE = CREATE[-2:]

COLUMNS = """
SELECT found.name, held.name, held.pk
FROM sqlite_schema AS found JOIN pragma_table_info(found.name) AS held
WHERE found.type = 'table'
    AND found.name NOT GLOB 'sqlite_*' AND found.name NOT GLOB 'libsql_*' AND found.name NOT GLOB '_*'
ORDER BY held.cid
"""
"""Every table, its columns, and each one's place in the key; what servers keep for themselves is left out."""

EPOCH = "SELECT epoch FROM sync_meta"

BEGIN_LOG = "INSERT INTO sync_meta (epoch, schema, floor_seq) SELECT ?, ?, 0 WHERE NOT EXISTS (SELECT 1 FROM sync_meta)"

RENAME_LOG = "UPDATE sync_meta SET epoch = ?, floor_seq = 0 WHERE epoch = ?"

FORGET_NODES = "DELETE FROM sync_nodes WHERE EXISTS (SELECT 1 FROM sync_meta WHERE epoch = ?)"
"""How far they had read the log of that name says nothing of the next one."""

RAISE_SCHEMA = "UPDATE sync_meta SET schema = ? WHERE schema < ?"

STATE = """
SELECT epoch, coalesce(last.seq, 0), coalesce(last.op_id || last.node, ''), schema, floor_seq,
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    epoch = :epoch
    AND (:seq = 0 OR :seq < floor_seq OR :op_id = (SELECT op_id || node FROM sync_changes WHERE seq = :seq))
FROM sync_meta LEFT JOIN (SELECT seq, op_id, node FROM sync_changes ORDER BY seq DESC LIMIT 1) AS last
"""
"""The log's state, and whether a bookmark is of this log."""

SEEN = """
INSERT INTO sync_nodes (node, cursor, seen_at)
SELECT :node, :seq, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM sync_meta
WHERE epoch = :epoch
    AND (:seq = 0 OR :seq < floor_seq OR :op_id = (SELECT op_id || node FROM sync_changes WHERE seq = :seq))
ON CONFLICT (node) DO UPDATE SET cursor = excluded.cursor, seen_at = excluded.seen_at
"""

APPEND = """
INSERT INTO sync_changes (op_id, node, tbl, pk, payload)
SELECT value ->> 0, :node, value ->> 1, value ->> 2, value ->> 3 FROM sync_meta JOIN json_each(:changes)
WHERE epoch = :epoch
    AND (:seq = 0 OR :seq < floor_seq OR :op_id = (SELECT op_id || node FROM sync_changes WHERE seq = :seq))
ON CONFLICT (op_id) DO NOTHING
"""
"""The changes arrive as one JSON text and in its order; their payloads are strings in it, which SQLite only unpacks."""

PAGE = """
SELECT json_group_array(json_array(tbl, pk, length(payload))), group_concat(payload, ''), max(seq), op_id || node FROM (
    SELECT *, row_number() OVER (ORDER BY seq) AS place,
        sum(length(CAST(payload AS BLOB))) OVER (ORDER BY seq) AS size
    FROM (SELECT * FROM sync_changes WHERE seq > :seq AND node <> :node ORDER BY seq LIMIT :limit)
)
WHERE place = 1 OR size <= :bytes
"""
"""Everything in two texts, as each value would cost more than what it holds; a payload is not escaped again."""
