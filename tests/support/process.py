"""The installed program as a process, on a free loopback port, with nothing of this shell's settings."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

CRYPTOBOT = Path(sys.executable).with_name("cryptobot")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def command(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `cryptobot` to its end."""
    return subprocess.run(
        [str(CRYPTOBOT), *arguments],
        cwd=folder,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATABASE_URL": str(folder / "bot.db"), "LOG_FORMAT": "json"} | settings


class Service:
    """`cryptobot serve`; leaving the block ends it, and keeps what it printed in `out.txt` and `err.txt`."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = int(settings.get("PORT", 0)) or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = settings | {"PORT": str(self.port)}
        self._token = ""

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def start(self) -> None:
        with open(self.folder / "out.txt", "ab") as out, open(self.folder / "err.txt", "ab") as err:
            self.process = subprocess.Popen(
                [str(CRYPTOBOT), "serve"],
                cwd=self.folder,
                env=environment(self.folder, **self._settings),
                stdout=out,
                stderr=err,
            )

    def wait_until_healthy(self, seconds: float = 30) -> None:
        self.wait_for(lambda: self.status("/health") == 200, seconds, "the service did not become healthy")

    def wait_for(self, condition: Any, seconds: float, otherwise: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {self.errors()}")
            if time.monotonic() > deadline:
                raise AssertionError(otherwise)
            time.sleep(0.02)

    def errors(self) -> str:
        return (self.folder / "err.txt").read_text()

    def output(self) -> str:
        return (self.folder / "out.txt").read_text()

    def token(self, role: str = "admin") -> str:
        if not self._token:
            issued = command("token", "issue", "--role", role, folder=self.folder, **self._settings)
            assert issued.returncode == 0, issued.stderr
            self._token = issued.stdout.strip()
        return self._token

    def status(self, path: str) -> int | None:
        """The status of an answer; None when there is none."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token()}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def pages(self, path: str) -> list[Any]:
        """The items of every page of a list."""
        items: list[Any] = []
        cursor = ""
        while True:
            page = self.get(f"{path}?limit=1000{cursor}")
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = f"&cursor={page['next_cursor']}"

    def kill(self) -> None:
        """As a power cut would, but for what the machine had not written yet."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def terminate(self) -> int:
        """As Railway does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)
