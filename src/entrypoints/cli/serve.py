"""`cryptobot serve`: the service as a process."""

import asyncio
import logging
import signal
import socket
from collections.abc import Sequence

import uvloop

from entrypoints.container import Container
from entrypoints.environment import load_settings
from entrypoints.lifespan import running
from entrypoints.listen import listen
from entrypoints.logs import configure_logs

log = logging.getLogger(__name__)


def serve() -> int:
    """Run until SIGTERM or SIGINT, then drain; 0 after a clean stop.

    Raises:
        ConfigurationError: a setting is wrong.
        DomainError: a part cannot start.
        OSError: the port is taken.
    """
    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    sockets = listen(settings.host, settings.port)
    return uvloop.run(_serve(Container(settings=settings), sockets))


async def _serve(container: Container, sockets: Sequence[socket.socket]) -> int:
    told = asyncio.Event()
    starting = asyncio.current_task()

    def stop() -> None:
        told.set()
        if starting is not None:
            starting.cancel()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
    try:
        async with running(container, sockets) as answering:
            starting = None
            settings = container.settings()
            log.info("%s market, %s trading, port %d", settings.exchange, settings.trading_mode, settings.port)
            waiting = asyncio.create_task(told.wait())
            await asyncio.wait((waiting, answering), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            log.info("draining" if told.is_set() else "the HTTP server ended")
    except asyncio.CancelledError:
        log.info("told to stop while starting")
    log.info("stopped")
    return 0 if told.is_set() else 1
