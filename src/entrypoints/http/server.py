"""The HTTP server: uvicorn, one worker, no access log, no signals of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

DRAIN = 4
"""Seconds that open requests are given to complete once the server stops."""


class Server(uvicorn.Server):
    """uvicorn without its signal handlers, which end the process by the signal even after a clean stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, sockets: Sequence[socket.socket]) -> AsyncIterator[asyncio.Task[None]]:
    """Answer requests on `sockets`, which it closes; on the way out open requests complete first.

    Yields the task that serves; it ends early only when the server broke.
    """
    server = Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=DRAIN,
        )
    )
    task = asyncio.create_task(server.serve(sockets=list(sockets)), name="http")
    try:
        yield task
    finally:
        server.should_exit = True
        await task
