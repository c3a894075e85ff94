"""A bot of a soak: its process, its file, and what may happen to both."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from attrs import define, field

from support import sqld, syncing_process
from support.soak_journal import Discarded
from support.stores import sqlite_file

TESTS = Path(__file__).parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])}
WAITING = "SELECT tbl, pk FROM sync_noted UNION SELECT tbl, pk FROM sync_rows WHERE pending"


@define
class Node:
    """A bot's folder, and its process while it runs."""

    folder: Path
    discarded: list[Discarded] = field(factory=list)
    _process: "subprocess.Popen[bytes] | None" = None
    _begun: int = 0
    """Where in the journal the present file's own history begins."""
    _kept: tuple[int, int] | None = None
    """Where in the journal the older copy's history begins and ends, if there is one."""

    @property
    def path(self) -> Path:
        return self.folder / "cryptobot.db"

    @property
    def journal(self) -> Path:
        return self.path.with_suffix(".journal")

    def start(self, url: str, session: int) -> None:
        command = [sys.executable, "-m", syncing_process.__name__, str(self.path), url, sqld.token(), str(session)]
        with (self.folder / "err.txt").open("ab") as err:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=err, env=ENVIRONMENT)

    def kill(self) -> None:
        """End the bot, which has to be running still."""
        ended = self._process and self._process.poll()
        self.end()
        assert ended is None, (self.folder / "err.txt").read_text()

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def keep_a_copy(self) -> None:
        """What a backup of the file would hold; the bot is down."""
        with closing(connect(self.path)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self.path, self.folder / "older")
        self._kept = self._begun, self._end

    def restore(self) -> bool:
        """Put the older copy in the file's place; tells whether there is one."""
        if self._kept is None:
            return False
        begun, end = self._kept
        self._discard(max(self._begun, end))
        shutil.copyfile(self.folder / "older", self.path)
        self._begun = begun
        return True

    def lose(self) -> None:
        self._discard(self._begun)
        sqlite_file(self.folder)
        self._begun = self._end

    @property
    def _end(self) -> int:
        return self.journal.stat().st_size

    def _discard(self, start: int) -> None:
        with closing(connect(self.path)) as file:
            waiting = frozenset(file.execute(WAITING).fetchall())
        self.discarded.append(Discarded(start=start, end=self._end, waiting=waiting))
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
