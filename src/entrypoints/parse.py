"""From the text of an environment variable to a value; every rule that is broken is a ValueError that states it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from domain.errors import Invalid
from domain.market.symbol import SymbolName, symbol_name
from domain.market.timeframe import Timeframe
from domain.shared.money import amount
from domain.trading.order import TradingMode
from entrypoints.postgres_url import FORM, SCHEMES, PostgresUrl


def text(written: str) -> str:
    return written


def words(written: str) -> tuple[str, ...]:
    """Comma-separated, empty parts ignored."""
    return tuple(part.strip() for part in written.split(",") if part.strip())


def one_of(*choices: str) -> Callable[[str], str]:
    def read(written: str) -> str:
        if written not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {written!r}")
        return written

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    def read(written: str) -> int:
        if not (written.isascii() and written.isdigit() and len(written) < 20 and low <= int(written) <= high):
            raise ValueError(f"must be a whole number from {low} to {high}, not {written!r}")
        return int(written)

    return read


def flag(written: str) -> bool:
    return one_of("true", "false")(written.lower()) == "true"


def remote_url(written: str) -> str:
    """A libSQL address; whatever might be a token in it is not repeated."""
    if not written.startswith(("libsql://", "https://", "wss://", "http://", "ws://")):
        raise ValueError("must look like libsql://name-owner.turso.io")
    if "@" in written or "authtoken" in written.lower():
        raise ValueError("must not contain the token; TURSO_AUTH_TOKEN is its place")
    return written


def positive_amount(written: str) -> Decimal:
    value = _amount(written)
    if value <= 0:
        raise ValueError(f"must be greater than zero, not {written!r}")
    return value


def basis_points(written: str) -> Decimal:
    value = _amount(written)
    if not 0 <= value < 10_000:
        raise ValueError(f"must be at least 0 and below 10000 basis points, not {written!r}")
    return value


def _amount(written: str) -> Decimal:
    try:
        return amount(written)
    except Invalid as rule:
        raise ValueError(f"{rule.detail}, not {written!r}") from None


def currency(written: str) -> str:
    if not (written.isascii() and written.isalnum() and written.upper() == written and len(written) <= 20):
        raise ValueError(f"must be a currency in capitals such as USDT, not {written!r}")
    return written


def speed(written: str) -> float | None:
    """`60x` is sixty seconds of the market in one of ours; `max` is as fast as can be (None)."""
    if written == "max":
        return None
    try:
        value = float(written.removesuffix("x")) if written.isascii() and "_" not in written else 0.0
    except ValueError:
        value = 0.0
    if not 0.001 <= value <= 1_000_000:
        raise ValueError(f"must be max or a number from 0.001 to 1000000 such as 60x, not {written!r}")
    return value


def symbols(written: str) -> frozenset[SymbolName]:
    try:
        return frozenset(symbol_name(word) for word in words(written))
    except Invalid as rule:
        raise ValueError(f"each {rule.detail}, not {written!r}") from None


def timeframe(written: str) -> Timeframe:
    return Timeframe(one_of(*Timeframe)(written))


def trading_mode(written: str) -> TradingMode:
    return TradingMode(one_of(*TradingMode)(written))


def paths(written: str) -> tuple[Path, ...]:
    return tuple(Path(word) for word in words(written))


def database(written: str) -> Path | PostgresUrl:
    """What `database_path` reads, or the address of a PostgreSQL database."""
    return PostgresUrl(written) if written.partition("://")[0] in SCHEMES else database_path(written)


def database_path(written: str) -> Path:
    """A path, or `sqlite:///` and a path: three slashes before a relative one, four before an absolute one."""
    scheme, separator, rest = written.partition("://")
    if not separator:
        return Path(written)
    if scheme != "sqlite" or not rest.startswith("/") or len(rest) < 2:
        # The text may hold a password, so it is not repeated.
        raise ValueError(f"must be a path or sqlite:///path, or {FORM}")
    return Path(rest[1:])
