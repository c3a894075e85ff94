"""Settings: read once from the environment, complete and frozen, with every mistake reported by name."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen

from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.trading.order import TradingMode
from entrypoints import parse
from entrypoints.postgres_url import PostgresUrl

FOLDER = Path(".data")
"""Where files are kept that nobody gave a place."""


class ConfigurationError(Exception):
    """Settings that cannot be used; `problems` holds a line for each, starting with the setting's name."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def setting(read: Callable[[str], Any], default: Any, *, name: str | None = None, secret: bool = False) -> Any:
    """A field read from the environment variable that is its name in capitals, or `name`."""
    return field(default=default, repr=not secret, metadata={"read": read, "name": name, "secret": secret})


@frozen(kw_only=True)
class Settings:
    """What the owner chose; `docs/configuration.md` explains each."""

    environment: str = setting(parse.one_of("development", "production"), "development")
    host: str = setting(parse.text, "localhost")
    port: int = setting(parse.whole(1, 65_535), 8080)
    allowed_hosts: tuple[str, ...] = setting(parse.words, ())
    log_level: str = setting(parse.one_of("debug", "info", "warning", "error"), "info")
    log_format: str = setting(parse.one_of("auto", "console", "json"), "auto")

    database_url: Path | PostgresUrl | None = setting(parse.database, None)

    turso_enabled: bool = setting(parse.flag, False)
    turso_url: str | None = setting(parse.remote_url, None)
    turso_auth_token: str | None = setting(parse.text, None, secret=True)
    turso_sync_enabled: bool = setting(parse.flag, True)
    turso_sync_interval_seconds: int = setting(parse.whole(1, 86_400), 60)

    exchange: str = setting(parse.one_of("simulated", "replay"), "simulated")
    symbols: frozenset[SymbolName] = setting(parse.symbols, frozenset())
    timeframe: Timeframe | None = setting(parse.timeframe, None)
    simulated_seed: int = setting(parse.whole(0, 2**32 - 1), 1)
    simulated_speed: float | None = setting(parse.speed, 60.0)
    replay_files: tuple[Path, ...] = setting(parse.paths, ())
    replay_speed: float | None = setting(parse.speed, None)

    trading_mode: TradingMode = setting(parse.trading_mode, TradingMode.PAPER)
    paper_balance: Decimal = setting(parse.positive_amount, Decimal(10_000))
    paper_currency: str = setting(parse.currency, "USDT")
    paper_fee_bps: Decimal = setting(parse.basis_points, Decimal(10))
    paper_slippage_bps: Decimal = setting(parse.basis_points, Decimal(2))

    release_commit: str | None = setting(parse.text, None, name="RELEASE_COMMIT")
    railway_git_commit_sha: str | None = setting(parse.text, None)
    railway_deployment_id: str | None = setting(parse.text, None)
    railway_public_domain: str | None = setting(parse.text, None)

    @property
    def database(self) -> Path | PostgresUrl:
        """By default each market has a file of its own."""
        return self.database_url or FOLDER / f"{self.exchange}.db"

    @property
    def key_file(self) -> Path:
        """The key of the development identity: beside the database, if that is a file."""
        return self.database.with_suffix(".key") if isinstance(self.database, Path) else FOLDER / "postgresql.key"

    @property
    def folder(self) -> Path:
        """What this machine writes, it writes there: where the database is, or else where the program was started."""
        return self.database.parent if isinstance(self.database, Path) else Path()

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def commit(self) -> str | None:
        """The commit this release was built from, as the image or the platform tells."""
        return self.release_commit or self.railway_git_commit_sha

    @property
    def hosts(self) -> frozenset[str]:
        """Host names that requests may be addressed to."""
        given = {*self.allowed_hosts, self.railway_public_domain or "localhost"}
        return frozenset(given | {"localhost", "127.0.0.1", "[::1]", "healthcheck.railway.app"})


def setting_name(attribute: Any) -> str:
    """The environment variable of a field of `Settings`."""
    name: str = attribute.metadata["name"] or attribute.name.upper()
    return name


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read every setting; a variable that is empty counts as not set.

    Raises:
        ConfigurationError: with all that is wrong, not only the first.
    """
    values: dict[str, Any] = {}
    problems = []
    for attribute in attrs.fields(Settings):
        written = environment.get(setting_name(attribute), "").strip()
        if written:
            try:
                values[attribute.name] = attribute.metadata["read"](written)
            except ValueError as rule:
                problems.append(f"{setting_name(attribute)}: {rule}")
    if not problems:
        settings = Settings(**values)
        problems = contradictions(settings)
        if not problems:
            return settings
    raise ConfigurationError(problems)


def contradictions(settings: Settings) -> list[str]:
    """What the settings ask for together and cannot have."""
    found = []
    if settings.exchange == "replay" and not settings.replay_files:
        found.append("REPLAY_FILES: must name at least one file when EXCHANGE is replay")
    found += [f"REPLAY_FILES: there is no file {file}" for file in settings.replay_files if not file.is_file()]
    if settings.exchange == "replay" and settings.timeframe is not None:
        found.append("TIMEFRAME: must not be set when EXCHANGE is replay; the files' names say it")
    if settings.turso_enabled:
        found += _remote_contradictions(settings)
    if settings.trading_mode is TradingMode.LIVE:
        found.append(f"TRADING_MODE: must be paper when EXCHANGE is {settings.exchange}; it has no real money to move")
    return found


def _remote_contradictions(settings: Settings) -> list[str]:
    found = []
    if settings.turso_url is None:
        found.append("TURSO_URL: must be set when TURSO_ENABLED is true")
    elif settings.production and not settings.turso_url.startswith(("libsql://", "https://", "wss://")):
        found.append("TURSO_URL: must begin with libsql:// or https:// in production")
    if settings.production and settings.turso_auth_token is None:
        found.append("TURSO_AUTH_TOKEN: must be set when TURSO_ENABLED is true in production")
    if isinstance(settings.database, PostgresUrl):
        found.append("TURSO_ENABLED: must be false when DATABASE_URL is PostgreSQL; its replicas share one database")
    return found


def shown(settings: Settings) -> dict[str, object]:
    """The settings in force by name, as `/config` and `cryptobot config show` print them."""
    return {
        setting_name(attribute): _shown(attribute, getattr(settings, attribute.name))
        for attribute in attrs.fields(Settings)
    }


def _shown(attribute: Any, value: object) -> object:
    return "(set)" if attribute.metadata["secret"] and value is not None else _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, tuple | frozenset):
        return sorted(str(item) for item in value)
    return value if value is None or isinstance(value, int | float) else str(value)
