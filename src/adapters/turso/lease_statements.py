"""What is said to the remote database about the lease."""

ACQUIRE = """
INSERT INTO sync_lease (name, holder, token, until, begun)
VALUES ('trader', :holder, 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', :duration), 0)
ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder, token = token + (holder <> excluded.holder), until = excluded.until,
    begun = begun AND holder = excluded.holder
WHERE holder = excluded.holder OR until <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
"""

BEGUN = "UPDATE sync_lease SET begun = 1 WHERE name = 'trader' AND holder = :holder AND token = :token AND begun = 0"

CONTEND = """
INSERT INTO sync_contenders (node, seen_at) VALUES (:holder, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at
"""

CLAIM = """
SELECT holder, token, until, begun, NOT EXISTS (
    SELECT 1 FROM sync_contenders WHERE node <> :holder AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', :since)
) FROM sync_lease WHERE name = 'trader'
"""

RELEASE = """
UPDATE sync_lease SET until = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE name = 'trader' AND holder = :holder AND token = :token AND until = :until
"""
