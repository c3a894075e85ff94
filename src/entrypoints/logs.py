"""Logs: one record a line on stdout, as JSON for machines or as text for people."""

import logging
import sys
from datetime import UTC, datetime

import msgspec

from domain.shared.time import text

_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class JsonFormatter(logging.Formatter):
    """`message`, `level`, `timestamp`, `logger`, what the caller added, and the traceback of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "message": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": text(datetime.fromtimestamp(record.created, UTC)),
            "logger": record.name,
        }
        line |= {name: value for name, value in vars(record).items() if name not in _ATTRIBUTES}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


def configure_logs(level: str, style: str) -> None:
    """Send every logger of the process to stdout; `auto` is text on a terminal and JSON elsewhere."""
    handler = logging.StreamHandler(sys.stdout)
    console = style == "console" or (style == "auto" and sys.stdout.isatty())
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", datefmt="%H:%M:%S")
    handler.setFormatter(plain if console else JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("alembic", "httpcore", "httpx", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
