"""The import rules hold, and each of them would notice being broken."""

import configparser
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "adapters", "entrypoints")

# contract, module to plant, what it wrongly does
VIOLATIONS = [
    ("hexagon", "domain/market/planted.py", "import application.ports"),
    ("hexagon", "application/ports/planted.py", "import adapters.memory"),
    ("pure-core", "domain/market/planted.py", "import sqlalchemy"),
    ("pure-core", "application/trading/planted.py", "from starlette.requests import Request"),
    ("domain-features", "domain/market/planted.py", "import domain.trading"),
    ("domain-features", "domain/planted/__init__.py", ""),
    ("use-cases", "application/market/planted.py", "import application.trading.place_order"),
    ("use-cases", "application/ports/planted.py", "import application.market"),
    ("use-case-independence", "application/trading/planted.py", "import application.trading.place_order"),
    ("adapters", "adapters/exchange/planted.py", "import adapters.memory"),
    ("adapters", "adapters/sql/planted.py", "import adapters.sqlite"),
    ("composition-root", "entrypoints/jobs/planted.py", "import adapters.sqlite"),
    ("memory-is-plain", "adapters/memory/planted.py", "import sqlite3"),
    ("no-sdk-in-entrypoints", "entrypoints/http/planted.py", "import sqlalchemy"),
]


def lint(source: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the linter on the packages in `source`."""
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--config",
        str(ROOT / "import-linter.ini"),
        "--no-cache",
        *options,
    ]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*LAYERS, include_external_packages=True, cache_dir=None)


def test_every_contract_is_kept():
    done = lint(ROOT / "src")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "module", "violation"), VIOLATIONS)
def test_a_planted_violation_is_found(tmp_path, contract, module, violation):
    source = shutil.copytree(ROOT / "src", tmp_path / "src")
    planted = source / module
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{violation}\n")

    done = lint(source, "--contract", contract)

    assert "0 kept, 1 broken" in done.stdout, done.stdout
    assert "planted" in done.stdout


def test_every_contract_has_a_planted_violation():
    config = configparser.ConfigParser()
    config.read(ROOT / "import-linter.ini")

    contracts = {section.rpartition(":")[2] for section in config.sections() if ":contract:" in section}
    assert contracts == {contract for contract, _, _ in VIOLATIONS}


@pytest.mark.parametrize("package", ["domain", "application", "adapters.memory"])
def test_the_core_needs_only_the_standard_library_and_attrs(graph, package):
    modules = {package} | graph.find_descendants(package)
    imported = {name for module in modules for name in graph.find_modules_directly_imported_by(module)}

    outside = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names - set(LAYERS)
    assert outside <= {"attrs"}


def test_the_domain_neither_does_nor_asks_for_anything_outside_itself(graph):
    impure = {
        "asyncio",
        "io",
        "logging",
        "os",
        "pathlib",
        "random",
        "secrets",
        "socket",
        "sqlite3",
        "threading",
        "time",
    }

    modules = {"domain"} | graph.find_descendants("domain")
    assert {
        (module, name) for module in modules for name in graph.find_modules_directly_imported_by(module) & impure
    } == set()


def test_no_other_distribution_provides_our_import_names():
    installed = metadata.packages_distributions()

    assert {owner for name in LAYERS for owner in installed.get(name, [])} <= {"crypto-bot"}


def test_no_test_folder_is_named_after_a_layer():
    folders = {path.name for path in (ROOT / "tests").rglob("*") if path.is_dir()}

    assert folders.isdisjoint(LAYERS)
