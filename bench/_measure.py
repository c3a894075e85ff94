"""What the benches share: a service as a process, medians, and one line a figure."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# A script's own folder comes first on the path, and there `http.py` would hide the standard library's.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).parent]

import urllib.request  # noqa: E402

ROOT = Path(__file__).parent.parent
MARKET = ROOT.parent / "shared" / "market"
CRYPTOBOT = Path(sys.executable).with_name("cryptobot")


def replay_files(*names: str) -> str:
    """The recorded candles that lie beside the project."""
    files = [MARKET / f"{name}.csv.gz" for name in names]
    missing = [file.name for file in files if not file.exists()]
    if missing:
        sys.exit(f"needs {', '.join(missing)} in {MARKET.relative_to(ROOT.parent)} beside the project")
    return ",".join(str(file) for file in files)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def service_environment(folder: Path, port: int, **settings: str) -> dict[str, str]:
    """The environment of a service of its own: nothing of this shell's settings reaches it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATABASE_URL": str(folder / "bench.db"), "PORT": str(port), "LOG_FORMAT": "json"} | settings


@contextmanager
def process(command: list[str], environment: Mapping[str, str], cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is stopped by its pid at the end."""
    running = subprocess.Popen(command, env=environment, cwd=cwd, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder beside the project, so that the disk is the one a service would use."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT) as folder:
        yield Path(folder)


def pinned(cpu: int, command: list[str]) -> list[str]:
    """The command on one CPU, where the machine has two."""
    return ["taskset", "-c", str(cpu), *command] if (os.cpu_count() or 1) > 1 else command


def wait_for(url: str, *, seconds: float = 30) -> float:
    """Seconds until `url` answers 200."""
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if answer.status == 200:
                    return time.perf_counter() - started
        except OSError:
            time.sleep(0.005)
    sys.exit(f"{url} did not answer 200 within {seconds:.0f} s")


def fetch(url: str, bearer: str | None = None) -> bytes:
    """The body of an answer that is a 200."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return bytes(answer.read())


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process in MB (10^6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(pid)


def processor_seconds(pid: int) -> float:
    """User and system time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(figure: str, value: float, unit: str = "", *, goal: str = "") -> None:
    """One line: a figure, its value and what it should be."""
    print(f"{figure:58} {value:10,.2f} {unit:14} {goal}", flush=True)
