"""Resident memory of the service, and the time from process start to its first 200 on /health."""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from _measure import (
    CRYPTOBOT,
    fetch,
    free_port,
    process,
    replay_files,
    report,
    resident_megabytes,
    scratch,
    service_environment,
    wait_for,
)

ROUNDS, REQUESTS = 5, 10_000
BARE = """
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def health(request):
    return JSONResponse({"status": "pass"})

uvicorn.run(Starlette(routes=[Route("/health", health)]), port=PORT, log_level="warning", access_log=False)
"""


def start_seconds(command: list[str], environment: dict[str, str], folder: Path, port: int) -> float:
    with process(command, environment, folder):
        return wait_for(f"http://127.0.0.1:{port}/health")


def starts() -> None:
    ours, bare = [], []
    with scratch() as folder:
        for _ in range(ROUNDS):
            port = free_port()
            environment = service_environment(folder, port)
            ours.append(start_seconds([str(CRYPTOBOT), "serve"], environment, folder, port))
            port = free_port()
            script = BARE.replace("PORT", str(port), 1)
            bare.append(start_seconds([sys.executable, "-c", script], environment, folder, port))
    report("start to the first 200 (the first creates the database)", 1000 * median(ours), "ms")
    report("bare Starlette on uvicorn", 1000 * median(bare), "ms")
    report("ratio", median(a / b for a, b in zip(ours, bare, strict=True)), "", goal="≤ 4")


def idle() -> None:
    with scratch() as folder:
        port = free_port()
        environment = service_environment(folder, port)
        url = f"http://127.0.0.1:{port}"
        with process([str(CRYPTOBOT), "serve"], environment, folder):
            wait_for(f"{url}/health")  # creates the database
        with process([str(CRYPTOBOT), "serve"], environment, folder) as service:
            wait_for(f"{url}/health")
            time.sleep(5)
            resting = resident_megabytes(service.pid)
            report("resident, idle", resting, "MB", goal="≤ 90")
            load = ["wrk", "-t1", "-c16", "-d10s", f"{url}/health"]
            issue = [str(CRYPTOBOT), "token", "issue", "--role", "viewer"]
            issued = subprocess.run(issue, env=environment, cwd=folder, capture_output=True, text=True, check=True)
            token = issued.stdout.strip()
            for path in ("portfolio", "trades", "positions", "market/candles?symbol=BTC/USDT&timeframe=1m"):
                for _ in range(REQUESTS // 4):
                    fetch(f"{url}/api/v1/{path}", token)
            subprocess.run(load, capture_output=True, check=True)
            after = resident_megabytes(service.pid)
            report("resident after 10,000 requests and more", after, "MB")
            report("growth", after - resting, "MB", goal="≤ 5")


def replaying() -> None:
    with scratch() as folder:
        port = free_port()
        files = replay_files("BTCUSDT-5m", "ETHUSDT-5m")
        environment = service_environment(folder, port, EXCHANGE="replay", REPLAY_FILES=files, REPLAY_SPEED="max")
        url = f"http://127.0.0.1:{port}"
        with process([str(CRYPTOBOT), "serve"], environment, folder) as service:
            wait_for(f"{url}/health")
            most, seen = 0.0, None
            quiet = time.monotonic()
            while time.monotonic() - quiet < 5:
                most = max(most, resident_megabytes(service.pid))
                market = json.loads(fetch(f"{url}/health"))["checks"]["market_data"]["observed_value"]
                if market != seen:
                    seen, quiet = market, time.monotonic()
                time.sleep(0.05)
            report("resident while replaying at full speed, highest", most, "MB", goal="≤ 160")


def main() -> None:
    starts()
    idle()
    replaying()


if __name__ == "__main__":
    main()
