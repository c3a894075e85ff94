"""A real PostgreSQL server as a process of its own, on loopback, in folders of its own."""

import asyncio
import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import asyncpg
import pytest

from adapters.postgres.schema import PostgresSchema

T = TypeVar("T")

INSTALL = "apt-get install postgresql"
PASSWORD = "hunter2 @/:"
_QUOTED = "hunter2%20%40%2F%3A"
_TEMPLATE = "template_of_tests"
_numbers = count(1)


def _programs() -> Path | None:
    """Debian keeps each release of the server in a folder of its own."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def installed() -> bool:
    return _programs() is not None


def require() -> None:
    """Leave out the module that calls this, where there is no server."""
    if not installed():
        if "CI" in os.environ:
            raise FileNotFoundError(f"these tests need a PostgreSQL server: {INSTALL}")
        pytest.skip(f"needs a PostgreSQL server: {INSTALL}", allow_module_level=True)


def _who() -> Mapping[str, Any]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """A server whose databases sort text as English does, unless told otherwise; it can be killed and started again."""

    def __init__(self) -> None:
        programs = _programs()
        if programs is None:
            raise FileNotFoundError(f"these tests need a PostgreSQL server: {INSTALL}")
        self._programs = programs
        self._folder = Path(mkdtemp(prefix="cryptobot-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def create(self) -> None:
        if "user" in _who():
            os.chown(self._folder, _who()["user"], _who()["group"])
        password = self._folder / "password"
        password.write_text(PASSWORD)
        english = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
        subprocess.run(
            [
                *(self._programs / "initdb", "--pgdata", self._folder / "data", "--no-sync", *english),
                *("--username", "owner", "--auth", "scram-sha-256", f"--pwfile={password}"),
            ],
            cwd=self._folder,
            check=True,
            capture_output=True,
            **_who(),
        )

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "16MB",
            "max_connections": 60,
        }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", self._folder / "data"),
                    *[f"--{name}={value}" for name, value in options.items()],
                ],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                **_who(),
            )
        self._await_readiness(self._process)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends every connection; SIGQUIT is as good as a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    def url(self, name: str, *, user: str = "owner", password: str = _QUOTED) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{name}"

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return query(self.url("postgres"), sql)

    def _await_readiness(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.query("SELECT 1")
            except (OSError, asyncpg.PostgresError):
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"PostgreSQL does not start:\n{(self._folder / 'log').read_text()}")


def query(url: str, sql: str) -> list[tuple[Any, ...]]:
    """What an owner sees who asks the database directly; may be called on an event loop, which it blocks."""

    async def ask() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return aside(lambda: asyncio.run(ask()))


def aside(call: Callable[[], T]) -> T:
    """Wait for `call`, which wants no event loop beside it, on a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


@cache
def server() -> Server:
    """The server of this run, with a migrated database to copy."""
    made = Server()
    atexit.register(made.remove)
    made.create()
    made.start()
    made.query(f"CREATE DATABASE {_TEMPLATE}")
    aside(PostgresSchema(made.url(_TEMPLATE)).upgrade)
    return made


@contextmanager
def database(*, migrated: bool = True) -> Iterator[str]:
    """The address of a new database, which is gone in the end."""
    name = f"test_{next(_numbers)}"
    server().query(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE if migrated else 'template0'}")
    try:
        yield server().url(name)
    finally:
        server().query(f"DROP DATABASE {name} WITH (FORCE)")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
