"""Settings: complete or refused, with every mistake named at once."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from domain.market.timeframe import Timeframe
from entrypoints.container import Container
from entrypoints.settings import ConfigurationError, Settings, read_settings, setting_name, shown


def problems(**environment: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(environment)
    return caught.value.problems


def test_an_empty_environment_is_complete() -> None:
    assert read_settings({}) == Settings()


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read_settings({"PORT": "  ", "SYMBOLS": ""}) == Settings()


def test_values_are_read_by_their_names() -> None:
    settings = read_settings(
        {
            "DATABASE_URL": "sqlite:////data/bot.db",
            "PORT": "9000",
            "SYMBOLS": "BTC/USDT, ETH-USDT",
            "TIMEFRAME": "5m",
            "SIMULATED_SPEED": "600x",
            "PAPER_BALANCE": "2500.50",
            "ALLOWED_HOSTS": "bot.example, other.example",
        }
    )
    assert settings.database == Path("/data/bot.db")
    assert settings.port == 9000
    assert settings.symbols == {"BTC/USDT", "ETH/USDT"}
    assert settings.timeframe is Timeframe.M5
    assert settings.simulated_speed == 600.0
    assert settings.paper_balance == Decimal("2500.50")
    assert {"bot.example", "other.example", "healthcheck.railway.app"} <= settings.hosts


@pytest.mark.parametrize(
    ("name", "written", "rule"),
    [
        ("PORT", "0", "whole number from 1 to 65535"),
        ("PORT", "80a", "whole number"),
        ("PORT", "٨٠٨٠", "whole number"),
        ("ENVIRONMENT", "prod", "one of development, production"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x", "path or sqlite:///path"),
        ("SYMBOLS", "BTCUSDT", "BASE/QUOTE"),
        ("TURSO_ENABLED", "yes", "one of true, false"),
        ("TURSO_URL", "bot.turso.io", "libsql://"),
        ("TURSO_URL", "libsql://bot.turso.io?authToken=hunter2", "TURSO_AUTH_TOKEN is its place"),
        ("TURSO_URL", "https://me:hunter2@bot.turso.io", "TURSO_AUTH_TOKEN is its place"),
        ("TURSO_SYNC_INTERVAL_SECONDS", "0", "whole number from 1 to 86400"),
        ("TIMEFRAME", "7m", "one of 1m"),
        ("SIMULATED_SPEED", "fast", "max or a number"),
        ("SIMULATED_SPEED", "nan", "max or a number"),
        ("SIMULATED_SPEED", "-1x", "max or a number"),
        ("PAPER_BALANCE", "0", "greater than zero"),
        ("PAPER_BALANCE", "1e9", "decimal string"),
        ("PAPER_FEE_BPS", "10000", "below 10000"),
        ("PAPER_CURRENCY", "usdt", "capitals"),
        ("EXCHANGE", "kraken", "one of simulated, replay"),
        ("EXCHANGE", "replay", "REPLAY_FILES"),
        ("TRADING_MODE", "live", "must be paper"),
    ],
)
def test_a_broken_rule_is_stated_with_the_name(name: str, written: str, rule: str) -> None:
    (problem,) = problems(**{name: written})
    assert rule in problem
    assert problem.startswith((f"{name}: ", "REPLAY_FILES: "))


def test_all_mistakes_are_reported_at_once() -> None:
    found = problems(PORT="0", TIMEFRAME="x", LOG_LEVEL="loud")
    assert {line.partition(":")[0] for line in found} == {"LOG_LEVEL", "PORT", "TIMEFRAME"}


def test_a_password_in_the_database_url_is_not_repeated() -> None:
    assert "hunter2" not in "".join(problems(DATABASE_URL="mysql://root:hunter2@db/x"))


def test_the_settings_in_force_are_shown_by_name() -> None:
    names = {setting_name(attribute) for attribute in attrs.fields(Settings)}
    assert set(shown(Settings())) == names


def documented() -> dict[str, str]:
    """The default column of the page's table, by the setting's name."""
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    return {name.strip(" `"): default.strip() for _, name, default, *_ in rows}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert set(documented()) == {setting_name(attribute) for attribute in attrs.fields(Settings)}


@pytest.mark.parametrize("attribute", attrs.fields(Settings), ids=setting_name)
def test_the_default_that_is_documented_is_the_one_in_force(attribute: Any) -> None:
    name = setting_name(attribute)
    written = re.findall(r"`(.+?)`", documented()[name])
    if name == "DATABASE_URL":
        in_force = {Settings(exchange=exchange).database for exchange in ("simulated", "replay")}
        paths = {Path(path) for path in written}
        assert Settings().database in paths <= in_force
    elif name == "TIMEFRAME":
        assert written == [Container(settings=Settings()).timeframe()]
    elif written:
        assert [attribute.metadata["read"](value) for value in written] == [attribute.default]
    else:
        assert not attribute.default


TURSO = {"TURSO_ENABLED": "true", "TURSO_URL": "libsql://bot-anna.turso.io", "TURSO_AUTH_TOKEN": "hunter2"}


def test_the_remote_needs_an_address_and_in_production_a_safe_one_and_a_token() -> None:
    assert problems(TURSO_ENABLED="true") == ["TURSO_URL: must be set when TURSO_ENABLED is true"]
    assert problems(TURSO_ENABLED="TRUE", TURSO_URL="http://localhost:8081", ENVIRONMENT="production") == [
        "TURSO_URL: must begin with libsql:// or https:// in production",
        "TURSO_AUTH_TOKEN: must be set when TURSO_ENABLED is true in production",
    ]
    assert read_settings({**TURSO, "ENVIRONMENT": "production"}).turso_sync_enabled


def test_postgresql_is_not_synchronized() -> None:
    (problem,) = problems(**TURSO, DATABASE_URL="postgresql://bot:secret@db/bot")
    assert problem.startswith("TURSO_ENABLED: must be false when DATABASE_URL is PostgreSQL")


def test_a_secret_is_shown_as_set_and_never_repeated() -> None:
    settings = read_settings(TURSO)
    assert shown(settings)["TURSO_AUTH_TOKEN"] == "(set)"
    assert shown(Settings())["TURSO_AUTH_TOKEN"] is None
    assert "hunter2" not in f"{settings!r} {shown(settings)}"
