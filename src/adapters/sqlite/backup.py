"""The backup that is made of a file before it is migrated."""

import os
import re
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from adapters.sqlite.connection import connect
from adapters.sqlite.revision import revision
from domain.errors import Unavailable

FOLDER = "backups"
"""Beside the database; restoring is copying a file from here to its place while the bot does not run."""

KEPT = 3
"""How many backups of a database are kept, the newest included."""


def back_up(path: Path, current: str, following: str, now: datetime) -> Path:
    """Copy the database at revision `current`, whose writers are locked out, before `following` is applied.

    The copy is whole, checked and on the disk before it has its name, and readable to its owner alone.
    Older copies go beyond the last three; nothing else in the folder is touched.

    Raises:
        Unavailable: there is no room or no permission for it, or the database is damaged.
    """
    folder = path.parent / FOLDER
    time = f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z"
    copy = folder / f"{path.stem}.before-{following}-{time}{path.suffix}"
    partial = folder / f"{path.name}.partial"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(path.parent)
        _discard(partial)  # one that a killed process left
        _copy(path, partial)
        _check(partial, current)
        _sync(partial)
        partial.rename(copy)
        _sync(folder)
        for older in _others(path, copy)[KEPT - 1 :]:
            older.unlink()
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Unavailable(
            f"the database (DATABASE_URL) was not migrated, as its backup in {folder} failed ({reason}); "
            "make room for a second copy of it there, in a folder that this user may write, and start again",
            code="backup_failed",
        ) from error
    finally:
        with suppress(OSError):
            _discard(partial)
    return copy


def _copy(path: Path, partial: Path) -> None:
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(connect(path)) as source, closing(_opened(partial)) as target:
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        source.backup(target)


def _check(partial: Path, current: str) -> None:
    with closing(_opened(partial)) as copy:
        try:
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the original's mode
            (finding,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if finding == "ok" and (found := revision(copy)) != current:
                finding = f"the copy is at revision {found} instead of {current}"
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            finding = str(error)
    if finding != "ok":
        raise Unavailable(
            f"the database (DATABASE_URL) is damaged and was not migrated ({finding}); restore a backup",
            code="database_damaged",
        )


def _opened(partial: Path) -> sqlite3.Connection:
    return sqlite3.connect(partial, isolation_level=None)


def _others(path: Path, newest: Path) -> list[Path]:
    """The other backups of the same database, the latest first."""
    name = re.compile(rf"{re.escape(path.stem)}\.before-\w+-(\d{{8}}T\d{{9}}Z){re.escape(path.suffix)}")
    named = [(found[1], file) for file in newest.parent.iterdir() if (found := name.fullmatch(file.name))]
    return [file for _, file in sorted(named, reverse=True) if file != newest]


def _discard(partial: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        partial.with_name(partial.name + suffix).unlink(missing_ok=True)


def _sync(file: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
