"""What a libSQL server can say no with, in the words of the product."""

from domain.errors import DomainError, Rejected, Unavailable
from domain.sync.log import log_missing

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_FAILING = ("SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_INTERRUPT")


def by_status(status: int, text: str) -> DomainError:
    """The error that an HTTP status other than 200 stands for; `text` is the beginning of the answer."""
    said = text.lower()
    if status == 401:
        if "expired" in said:
            return Rejected("TURSO_AUTH_TOKEN has expired; create a new one", code="remote_token_expired")
        return Rejected("the remote does not accept TURSO_AUTH_TOKEN", code="remote_token_refused")
    if status == 403:
        return _forbidden(said)
    if status == 429:
        return Unavailable("the remote asks for fewer requests", code="remote_rate_limited")
    if status >= 500:
        return Unavailable(f"the remote failed with HTTP status {status}", code="remote_failing")
    if status in (400, 413) and said.startswith("cannot deserialize"):
        return Rejected("the remote does not understand the request", code="remote_protocol")
    if 300 <= status < 400 or status in (400, 404, 405, 410):
        return Rejected(f"there is no libSQL database at TURSO_URL (HTTP status {status})", code="remote_wrong_url")
    return Rejected(f"the remote refused with HTTP status {status}", code="remote_refused")


def by_code(code: str, message: str) -> DomainError:
    """The error that the database reported for a statement."""
    if "no such table: sync_" in message:
        return log_missing()
    if code.startswith((*_BUSY, *_FAILING)):
        later = "remote_busy" if code.startswith(_BUSY) else "remote_failing"
        return Unavailable(f"the remote cannot do it now: {message}", code=later)
    if code == "SQLITE_FULL":
        return Rejected("the remote database is full", code="remote_full")
    if code in ("BLOCKED", "SQLITE_AUTH", "SQLITE_READONLY", "AUTH_FORBIDDEN"):
        return _forbidden(message.lower())
    return Rejected(f"the remote refused a statement: {code}: {message}", code="remote_sql_error")


def not_libsql() -> DomainError:
    return Rejected("what answers at TURSO_URL is not a libSQL server", code="remote_not_libsql")


def _forbidden(said: str) -> DomainError:
    if any(word in said for word in ("write", "read-only", "readonly")) and "blocked" not in said:
        return Rejected(
            "TURSO_AUTH_TOKEN only allows reading; create one that may write", code="remote_token_read_only"
        )
    return Rejected(
        "the remote does not allow it; look at the database's limits and the token", code="remote_forbidden"
    )
