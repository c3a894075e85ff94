"""The image's first process: hands the volume to the service's user, becomes that user, then the program."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from entrypoints.parse import database_path

UID = 10001
GID = 10001
VOLUME = Path("/data")
PROGRAM = str(Path(sys.prefix, "bin", "cryptobot"))


class CannotStart(Exception):
    """The container was started in a way the service cannot work in; the text says what to change."""


def adopt(folder: Path, uid: int, gid: int) -> None:
    """Make `uid` and `gid` own everything under `folder`, links themselves and never what they point to.

    A folder that cannot be listed is left as it is: root without DAC_OVERRIDE is refused only by folders that
    already belong to someone else.
    """

    def own(name: str | Path, dir_fd: int | None = None) -> None:
        found = os.stat(name, dir_fd=dir_fd, follow_symlinks=False)
        if (found.st_uid, found.st_gid) != (uid, gid):
            os.chown(name, uid, gid, dir_fd=dir_fd, follow_symlinks=False)

    try:
        if os.access(folder, os.R_OK | os.X_OK):
            for _, folders, files, dir_fd in os.fwalk(folder, topdown=False):
                for name in (*folders, *files):
                    own(name, dir_fd)
        own(folder)
    except OSError as error:
        raise CannotStart(
            f"cannot make user {uid} the owner of {folder}: {error.strerror}. Mount the volume writable and leave "
            f"root its CHOWN capability, or give the volume to {uid}:{gid} beforehand and start as that user."
        ) from error


def become(uid: int, gid: int) -> None:
    """Drop root for good: groups first, because afterwards there is no right left to change them."""
    try:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    except PermissionError as error:
        raise CannotStart(
            f"started as root without the capabilities SETGID and SETUID, so it cannot become user {uid}. "
            f"Grant both, or start the container as {uid}:{gid}."
        ) from error


def database_file(address: str) -> Path | None:
    """The file that `DATABASE_URL` names; None leaves what is missing or malformed for the program to report."""
    try:
        return database_path(address) if address else None
    except ValueError:
        return None


def require_writable(database: Path) -> None:
    """Refuse a database this user could not write, before the service fails on it in a less obvious way."""
    folder = next((parent for parent in database.absolute().parents if os.path.exists(parent)), Path("/"))
    files = [Path(f"{database}{suffix}") for suffix in ("", "-wal", "-shm")]
    needed = [folder, *(file for file in files if os.path.exists(file))]
    refused = [str(path) for path in needed if not os.access(path, os.W_OK)]
    if refused:
        raise CannotStart(
            f"user {os.getuid()} cannot write {', '.join(refused)}, and DATABASE_URL keeps the database in "
            f"{database}. Mount a writable volume at {VOLUME} that belongs to {UID}:{GID}, or start the container "
            f"as root (on Railway: RAILWAY_RUN_UID=0), which hands the volume to {UID} and then works as {UID}."
        )


def main() -> NoReturn:
    try:
        if os.geteuid() == 0:
            adopt(VOLUME, UID, GID)
            become(UID, GID)
        database = database_file(os.environ.get("DATABASE_URL", "").strip())
        if database:
            require_writable(database)
    except CannotStart as problem:
        sys.exit(f"cryptobot: {problem}")
    os.execv(PROGRAM, [PROGRAM, *sys.argv[1:]])  # noqa: S606 - the program is our own


if __name__ == "__main__":
    main()
