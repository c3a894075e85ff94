"""How the log at the remote gets shorter: what is said to the database about it."""

_CHANGING = """(substr(payload, 1, 20) <> '[1,{"000000000000000' OR instr(payload, '},"') > 0)"""
"""Facts, most of the log, are one write with the stamp of its content, and hardly ever have a second entry."""

INDEX = f"CREATE INDEX IF NOT EXISTS sync_changes_rows ON sync_changes (tbl, pk) WHERE {_CHANGING}"

EXPIRE = "DELETE FROM sync_nodes WHERE seen_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', :idle)"

FLOOR = """
SELECT max(floor_seq, coalesce(min((SELECT min(cursor) FROM sync_nodes), (SELECT max(seq) FROM sync_changes)), 0))
FROM sync_meta
"""
"""What every node has read; from there on entries stay as they are."""

CROWDED = f"""
SELECT seq, tbl, pk, payload FROM (
    SELECT seq, tbl, pk, payload, row_number() OVER (ORDER BY tbl, pk, seq) AS place,
        sum(length(CAST(payload AS BLOB))) OVER (ORDER BY tbl, pk, seq) AS size
    FROM sync_changes JOIN (
        SELECT tbl, pk FROM sync_changes
        WHERE {_CHANGING} AND seq < ({FLOOR}) AND (tbl, pk) > (:tbl, :pk)
        GROUP BY tbl, pk HAVING count(*) > 1 ORDER BY tbl, pk LIMIT :limit
    ) USING (tbl, pk)
    WHERE {_CHANGING} AND seq < ({FLOOR})
)
WHERE place <= 2 OR size <= :bytes ORDER BY tbl, pk, seq
"""

_AS_FOUND = "EXISTS (SELECT 1 FROM sync_meta WHERE epoch = :epoch AND floor_seq = :found)"

DROP = f"DELETE FROM sync_changes WHERE seq IN (SELECT value FROM json_each(:earlier)) AND {_AS_FOUND}"

_JOINED = "SELECT value ->> 0 AS last, value ->> 1 AS op_id, value ->> 2 AS payload FROM json_each(:joined)"

DROP_REPEATED = f"""
DELETE FROM sync_changes WHERE {_AS_FOUND} AND seq IN (
    SELECT last FROM ({_JOINED}) AS joined JOIN sync_changes AS later ON later.op_id = joined.op_id
    WHERE later.seq > last
)
"""
"""What a later entry says again."""

REPLACE = f"""
UPDATE sync_changes SET op_id = joined.op_id, payload = joined.payload, node = ''
FROM ({_JOINED}) AS joined WHERE seq = joined.last AND {_AS_FOUND}
"""
"""No node leaves out the entry of no node."""

RAISE_FLOOR = f"UPDATE sync_meta SET floor_seq = :floor WHERE {_AS_FOUND}"
