"""The yardstick of `http.py`: bare ASGI functions on uvicorn, with the settings the service uses."""

import gc
import os
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

HEALTH = Path("health.json").read_bytes()
QUERY = (
    "SELECT open_time, open, high, low, close, volume FROM candles"
    " WHERE symbol = 'BTC/USDT' AND timeframe = '5m' ORDER BY open_time DESC LIMIT 100"
)
COLUMNS = ("open_time", "open", "high", "low", "close", "volume")

connection = sqlite3.connect(os.environ["BENCH_DB"])
encode = msgspec.json.Encoder().encode


def candles() -> bytes:
    rows = connection.execute(QUERY).fetchall()
    return encode({"items": [dict(zip(COLUMNS, row, strict=True)) for row in reversed(rows)], "next_cursor": None})


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    body = HEALTH if scope["path"] == "/health" else candles()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    gc.collect()
    gc.freeze()
    uvicorn.run(
        app,
        port=int(os.environ["BENCH_PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        log_level="warning",
    )
