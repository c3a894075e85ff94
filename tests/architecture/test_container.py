"""The container: every part can be made, whatever is configured, and any of them can be exchanged."""

import asyncio
from itertools import product
from pathlib import Path

import httpx
import pytest
from anyio.lowlevel import checkpoint
from dependency_injector.providers import Dependency, Factory, Object, Singleton

from adapters.memory.database import MemoryDatabase
from adapters.sqlite.database import SqliteDatabase
from domain.identity.permission import Role
from entrypoints.container import Container, local_identity
from entrypoints.settings import read_settings
from support.build import an_account, candles
from support.market import candle_file

CONFIGURED = list(product(("simulated", "replay"), ("development", "production")))
MADE_ONCE = [name for name, provider in Container.providers.items() if isinstance(provider, Singleton)]
MADE_EACH_TIME = [name for name, provider in Container.providers.items() if isinstance(provider, Factory)]


def container(
    folder: Path, exchange: str = "simulated", environment: str = "development", **settings: str
) -> Container:
    given = settings | {"DATABASE_URL": str(folder / "bot.db"), "EXCHANGE": exchange, "ENVIRONMENT": environment}
    if exchange == "replay":
        given["REPLAY_FILES"] = str(candle_file(folder, candles(100, 101, 102)))
    return Container(settings=read_settings(given))


@pytest.mark.parametrize(("exchange", "environment"), CONFIGURED)
def test_every_part_is_made(tmp_path: Path, exchange: str, environment: str) -> None:
    built = container(tmp_path, exchange, environment)
    parts = {name: getattr(built, name)() for name in Container.providers}
    assert [name for name, part in parts.items() if part is None] == ["remote"]
    assert parts["settings"].exchange == parts["exchange"].source == exchange
    assert parts["settings"].environment == environment


@pytest.mark.parametrize(("synchronized", "loops"), [("true", {"sync", "lease"}), ("false", set())])
def test_every_part_is_made_for_several_bots(tmp_path: Path, synchronized: str, loops: set[str]) -> None:
    turso = {"TURSO_ENABLED": "true", "TURSO_URL": "http://127.0.0.1:1", "TURSO_SYNC_ENABLED": synchronized}
    built = container(tmp_path, **turso)
    parts = {name: getattr(built, name)() for name in Container.providers}
    assert [name for name, part in parts.items() if part is None] == ([] if loops else ["remote"])
    assert {job.name for job in parts["supervisor"].jobs.values()} - {"feed", "backfill", "trader", "relay"} == loops


def test_every_part_is_of_a_known_kind() -> None:
    others = {name for name, provider in Container.providers.items() if isinstance(provider, Object | Dependency)}
    assert {*MADE_ONCE, *MADE_EACH_TIME, *others} == set(Container.providers)
    assert {"database", "exchange", "app"} <= set(MADE_ONCE)
    assert "trade_candles" in MADE_EACH_TIME


@pytest.mark.parametrize("name", MADE_ONCE)
def test_a_singleton_is_the_same_part_every_time(tmp_path: Path, name: str) -> None:
    provider = getattr(container(tmp_path), name)
    assert provider() is provider()


@pytest.mark.parametrize("name", MADE_EACH_TIME)
def test_a_handler_is_a_new_one_every_time(tmp_path: Path, name: str) -> None:
    provider = getattr(container(tmp_path), name)
    assert provider() is not provider()


def test_two_containers_share_no_part(tmp_path: Path) -> None:
    one, other = container(tmp_path), container(tmp_path)
    assert one.database() is not other.database()
    assert one.app() is not other.app()


@pytest.mark.anyio
async def test_the_whole_application_runs_on_another_database(tmp_path: Path) -> None:
    built = container(tmp_path)
    with built.database.override(Object(MemoryDatabase(an_account()))):
        await built.prepare_installation()()
        bearer = {"Authorization": f"Bearer {local_identity(built.settings()).issue(Role.VIEWER)}"}
        looking = asyncio.create_task(built.health().run())
        transport = httpx.ASGITransport(app=built.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=bearer) as client:
            async with asyncio.timeout(10):
                while (health := await client.get("/health")).json()["checks"]["database"]["status"] != "pass":
                    await checkpoint()
            portfolio = await client.get("/api/v1/portfolio")
        looking.cancel()
    assert health.status_code == 200
    assert portfolio.json()["equity"] == "10000"
    assert not (tmp_path / "bot.db").exists()
    assert isinstance(built.database(), SqliteDatabase)
