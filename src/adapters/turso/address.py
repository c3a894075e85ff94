"""Where a libSQL server takes requests, from the addresses that people are given."""

from urllib.parse import urlsplit

from domain.errors import Rejected

_SCHEMES = {"libsql": "https", "wss": "https", "https": "https", "ws": "http", "http": "http"}


def pipeline_url(url: str, *, production: bool) -> str:
    """The HTTP address that batches are posted to.

    Raises:
        Rejected: this is not the address of a libSQL server, or not a safe one.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _wrong("is not an address") from None
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None or not host or parts.fragment:
        raise _wrong("must look like libsql://name-owner.turso.io")
    if parts.username is not None or "authtoken" in parts.query.lower():
        raise _wrong("must not contain the token; TURSO_AUTH_TOKEN is its place")
    if parts.query not in ("", "tls=1", "tls=0"):
        raise _wrong("has parameters that are not known")
    if parts.query == "tls=0":
        scheme = "http"
    if production and scheme != "https":
        raise Rejected("TURSO_URL must begin with libsql:// or https:// in production", code="remote_insecure")
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}{f':{port}' if port else ''}{parts.path.rstrip('/')}/v2/pipeline"


def bearer(token: str | None, *, production: bool) -> str | None:
    """The header that presents the token.

    Raises:
        Rejected: it is missing where one is needed, or nothing that a token could be.
    """
    if not token:
        if production:
            raise Rejected("TURSO_AUTH_TOKEN is not set", code="remote_token_missing")
        return None
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Rejected("TURSO_AUTH_TOKEN has characters that no token has", code="remote_token_refused")
    return f"Bearer {token}"


def _wrong(rule: str) -> Rejected:
    return Rejected(f"TURSO_URL {rule}", code="remote_wrong_url")
