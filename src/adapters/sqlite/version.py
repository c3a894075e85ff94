"""Which SQLite this is, and what is known to be wrong with it.

The WAL-reset bug (https://sqlite.org/wal.html#walresetbug) is in 3.7.0 to 3.51.2; its correction came with
3.51.3 and was taken back to 3.50.7 and 3.44.6. It takes two connections, of different threads or processes,
that write or checkpoint at the same instant.
"""

import sqlite3

VERSION = sqlite3.sqlite_version

_SINCE, _UNTIL = (3, 7, 0), (3, 51, 3)
_CORRECTED = (((3, 44, 6), (3, 45, 0)), ((3, 50, 7), (3, 51, 0)))


def warnings(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, ...]:
    """What whoever runs this version should know."""
    corrected = any(first <= version < end for first, end in _CORRECTED)
    if corrected or not _SINCE <= version < _UNTIL:
        return ()
    return (
        f"SQLite {'.'.join(map(str, version))} has the WAL-reset bug, which on rare occasions damages a database that "
        "two connections write or checkpoint at the same instant; the bot writes and checkpoints with one connection "
        "alone, so let no other program write to its database while it runs, and install SQLite 3.51.3 or newer "
        "(3.50.7 and 3.44.6 are corrected too)",
    )
