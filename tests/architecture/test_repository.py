"""Promises of the files around the code: locks, container, platform settings and the commands the README shows."""

import re
import tomllib
from pathlib import Path

import pytest

from entrypoints.image import start

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime", "dev", "build")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, str]:
    """Each pinned requirement of a lock, with the lines that belong to it."""
    entries = re.findall(r"^(\S+)==(\S+.*\n(?:    .*\n)*)", read(f"requirements/{name}.txt"), re.MULTILINE)
    return dict(entries)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_hashes_and_no_address(name):
    packages = locked(name)

    assert packages
    assert [package for package, entry in packages.items() if "--hash=sha256:" not in entry] == []
    assert re.search(r"://|--index-url|--find-links|--extra-index-url", read(f"requirements/{name}.txt")) is None


def test_the_locks_agree_with_each_other():
    versions = {name: {package: entry.split()[0] for package, entry in locked(name).items()} for name in LOCKS}

    assert versions["runtime"].items() <= versions["dev"].items()
    assert versions["build"].items() <= versions["dev"].items()


def test_the_service_does_not_carry_a_documentation_generator():
    assert [package for package in locked("runtime") if "sphinx" in package] == []


def test_the_image_needs_only_its_base_and_the_locked_wheels():
    dockerfile = read("Dockerfile")

    assert re.search(r"^# *syntax|\bapk add\b|\bapt(-get)? |\bcurl |\bwget |^ADD ", dockerfile, re.MULTILINE) is None
    assert dockerfile.count("--require-hashes") == dockerfile.count("-r requirements/") == 2


def test_the_image_runs_as_the_user_that_the_volume_is_given_to():
    assert f"USER {start.UID}:{start.GID}" in read("Dockerfile").splitlines()


def test_the_image_declares_no_volume_because_railway_refuses_to_build_one():
    assert re.search(r"^VOLUME", read("Dockerfile"), re.MULTILINE) is None


def test_the_platform_settings_keep_one_database_with_one_writer_and_time_to_drain():
    deploy = tomllib.loads(read("railway.toml"))["deploy"]

    assert deploy["healthcheckPath"] == "/health"
    assert deploy["requiredMountPath"] == str(start.VOLUME)
    assert (deploy["numReplicas"], deploy["overlapSeconds"], deploy["drainingSeconds"]) == (1, 0, 20)


def test_every_make_command_that_is_shown_exists():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    texts = [read("README.md"), *(page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md"))]
    code = re.findall(r"```.*?```|`[^`\n]+`", "\n".join(texts), re.DOTALL)
    shown = set(re.findall(r"(?:^|[\s(;&`])make ([a-z][a-z-]*)", "\n".join(code)))

    assert {"run", "test"} <= shown <= targets
