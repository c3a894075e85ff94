"""The watchdog: ends a process that cannot go on, because nobody else would notice."""

import asyncio
import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h."""

STDERR = 2
REPORTING = 5.0
"""Seconds that the report may take; the logs may be what hangs."""


class Watchdog:
    """A thread that ends the process when the event loop has not ticked for `limit` seconds, or something is `stuck`.

    Two looks must agree, since a process that was suspended is late everywhere when it wakes. Native code
    that holds the interpreter stops this thread as well: then, after twice the limit, the fault handler
    ends the process with code 1.
    """

    def __init__(
        self,
        stuck: Callable[[], str | None],
        *,
        limit: float = 30.0,
        interval: float = 1.0,
        elapsed: Callable[[], float] = time.monotonic,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._stuck = stuck
        self._limit = limit
        self._interval = interval
        self._elapsed = elapsed
        self._end = end
        self._ticked = elapsed()
        self._suspicious = False
        self._dismissed = threading.Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the running event loop."""
        ticking = asyncio.create_task(self._tick(), name="watchdog")
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        try:
            yield
        finally:
            self._dismissed.set()
            ticking.cancel()
            faulthandler.cancel_dump_traceback_later()

    def look(self) -> None:
        """End the process if this look and the one before found it unable to go on."""
        reason = self._reason()
        if reason is not None and self._suspicious:
            self._dismissed.set()
            report = threading.Thread(target=_report, args=(reason,), daemon=True)
            report.start()
            report.join(REPORTING)
            self._end(EXIT_CODE)
        self._suspicious = reason is not None

    def _reason(self) -> str | None:
        silent = self._elapsed() - self._ticked
        return f"the event loop has not ticked for {silent:.0f} s" if silent > self._limit else self._stuck()

    def _watch(self) -> None:
        while not self._dismissed.wait(self._interval):
            self.look()

    async def _tick(self) -> None:
        while True:
            self._ticked = self._elapsed()
            faulthandler.dump_traceback_later(2 * self._limit, exit=True, file=STDERR)
            await asyncio.sleep(self._interval)


def _report(reason: str) -> None:
    faulthandler.dump_traceback(file=STDERR, all_threads=True)
    log.critical("ending the process: %s", reason)
