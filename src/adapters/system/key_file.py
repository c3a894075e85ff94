"""Key files: random bytes that only their owner may read, made once however many processes want them."""

import os
import stat
from pathlib import Path
from secrets import token_bytes, token_hex

from domain.errors import Unavailable

KEY_BYTES = 32


class UnsafeKey(Unavailable):
    """A key file that must not be used; the text says why, and what to do."""


def kept_key(file: Path) -> bytes:
    """The key in `file`, which is made if there is none.

    Raises:
        UnsafeKey: others may read the file, or it holds no key.
    """
    try:
        return _read(file)
    except FileNotFoundError:
        try:
            _create(file)
        except OSError as error:
            raise UnsafeKey(
                f"the key file {file} beside the database (DATABASE_URL) cannot be made: {error.strerror}"
            ) from error
        return _read(file)


def _read(file: Path) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnsafeKey(f"the key file {file} cannot be opened: {error.strerror}") from error
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise UnsafeKey(f"the key file {file} is not a regular file; remove it, and a new one is made")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise UnsafeKey(f"others may read or change the key file {file}; remove it, and a new one is made")
        key = os.read(descriptor, KEY_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(key) != KEY_BYTES:
        raise UnsafeKey(f"the key file {file} does not hold {KEY_BYTES} bytes; remove it, and a new one is made")
    return key


def _create(file: Path) -> None:
    """Write aside and link into place, so that nobody ever sees half a key, and the first of several wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(token_bytes(KEY_BYTES))
            opened.flush()
            os.fsync(descriptor)
        os.link(aside, file)
    except FileExistsError:
        return
    finally:
        aside.unlink()
