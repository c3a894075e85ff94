"""Upgrades of copies of a file, each killed one line later: `upgrading_process.py FILE MIGRATIONS FOLDER`.

The n-th copy lies in `FOLDER/n`; the process that upgrades it is killed before the n-th line that it runs
of the upgrade, the backup and the revisions. The last one has no such line and comes to its end.
"""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from adapters.sqlite import backup, upgrade
from adapters.sqlite.schema import SqliteSchema


def die_at(line: int, files: set[str], folder: str) -> None:
    lines = count()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in files and not name.startswith(folder):
            return None
        if event == "line" and next(lines) == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def main(file: Path, migrations: Path, folder: Path) -> None:
    files = {str(upgrade.__file__), str(backup.__file__)}
    for line in count():
        path = folder / str(line) / file.name
        path.parent.mkdir(parents=True)
        shutil.copy(file, path)
        process = os.fork()
        if not process:
            die_at(line, files, str(migrations))
            SqliteSchema(path, migrations).upgrade()
            os._exit(0)
        _, status = os.waitpid(process, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
