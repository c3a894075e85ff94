"""Requests per second against bare ASGI functions that return the same bytes: one worker, one CPU a side.

Every pair is measured in turns and the medians are compared, so a machine whose speed drifts slows both.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from _measure import (
    CRYPTOBOT,
    ROOT,
    fetch,
    free_port,
    pinned,
    process,
    processor_seconds,
    replay_files,
    report,
    scratch,
    service_environment,
    wait_for,
)

SERVER_CPU, CLIENT_CPU = 0, 1
ROUNDS, SECONDS, CLIENTS = 5, 4, 64
API = "/api/v1"
CANDLES = f"{API}/market/candles?symbol=BTC/USDT&timeframe=5m&limit=100"


class Load:
    """What one run of wrk saw."""

    def __init__(self, url: str, pid: int, token: str | None = None, *, clients: int = CLIENTS) -> None:
        headers = ["-H", f"Authorization: Bearer {token}"] if token else []
        command = ["wrk", "-t1", f"-c{clients}", f"-d{SECONDS}s", *headers, url]
        before = processor_seconds(pid)
        printed = subprocess.run(pinned(CLIENT_CPU, command), capture_output=True, text=True, check=True).stdout
        used = processor_seconds(pid) - before
        if "Non-2xx" in printed or "Socket errors" in printed:
            sys.exit(f"{url} failed under load:\n{printed}")
        requests = int(re.search(r"(\d+) requests in", printed)[1])
        self.per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])
        self.microseconds = used / requests * 1e6


def paired(name: str, ours: tuple[str, int, str | None], bare: tuple[str, int, str | None], goal: str) -> None:
    """Measure the two in turns."""
    mine, yours = [], []
    for _ in range(ROUNDS):
        mine.append(Load(*ours))
        yours.append(Load(*bare))
    report(f"{name}: requests/s", median(load.per_second for load in mine), "requests/s")
    report(f"{name}: bare ASGI", median(load.per_second for load in yours), "requests/s")
    report(f"{name}: CPU", median(load.microseconds for load in mine), "µs/request")
    report(f"{name}: CPU of bare ASGI", median(load.microseconds for load in yours), "µs/request")
    ratio = median(a.per_second / b.per_second for a, b in zip(mine, yours, strict=True))
    report(f"{name}: ratio of requests/s", ratio, "", goal=goal)


def token(environment: dict[str, str], folder: Path) -> str:
    command = [str(CRYPTOBOT), "token", "issue", "--role", "viewer"]
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


def slowest_health(url: str, load_url: str, bearer: str) -> float:
    """The slowest of many /health answers, in milliseconds, while the candles endpoint is saturated."""
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "-H", f"Authorization: Bearer {bearer}", load_url]
    slowest = 0.0
    with subprocess.Popen(pinned(CLIENT_CPU, command), stdout=subprocess.DEVNULL) as load:
        time.sleep(0.5)
        while load.poll() is None:
            started = time.perf_counter()
            fetch(url)
            slowest = max(slowest, time.perf_counter() - started)
            time.sleep(0.01)
    return slowest * 1000


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("needs wrk, the HTTP load generator: apt-get install wrk, or brew install wrk")
    with scratch() as folder:
        port, bare_port = free_port(), free_port()
        environment = service_environment(folder, port, EXCHANGE="replay", REPLAY_FILES=replay_files("BTCUSDT-5m"))
        base, bare_base = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bare_port}"
        with process(pinned(SERVER_CPU, [str(CRYPTOBOT), "serve"]), environment, folder) as service:
            wait_for(f"{base}/health")
            bearer = token(environment, folder)
            while json.loads(fetch(f"{base}{API}/portfolio", bearer))["as_of"] != "2025-07-02T17:05:00.000Z":
                time.sleep(0.2)
            health = fetch(f"{base}/health")
            (folder / "health.json").write_bytes(health)
            bare_environment = environment | {"BENCH_PORT": str(bare_port), "BENCH_DB": environment["DATABASE_URL"]}
            bare_command = pinned(SERVER_CPU, [sys.executable, "-P", str(ROOT / "bench" / "_bare.py")])
            with process(bare_command, bare_environment, folder) as bare:
                wait_for(f"{bare_base}/health")
                paired(
                    "health", (f"{base}/health", service.pid, None), (f"{bare_base}/health", bare.pid, None), "≥ 0.85"
                )
                paired(
                    "candles",
                    (f"{base}{CANDLES}", service.pid, bearer),
                    (f"{bare_base}/candles", bare.pid, None),
                    "≥ 0.75",
                )
            for name in ("portfolio", "positions", "trades"):
                runs = [Load(f"{base}{API}/{name}", service.pid, bearer).per_second for _ in range(3)]
                report(f"{name}: requests/s", median(runs), "requests/s", goal="≥ 2,000")
            worst = max(slowest_health(f"{base}/health", f"{base}{CANDLES}", bearer) for _ in range(3))
            report("slowest /health while candles are saturated", worst, "ms", goal="≤ 50")


if __name__ == "__main__":
    main()
