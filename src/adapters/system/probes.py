"""How full the disk and the memory are."""

import shutil
from functools import partial
from pathlib import Path

from application.ports.health import Gauge, Usage

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux tells a container its limits."""

UNLIMITED = 1 << 60
"""Version 1 writes "no limit" as a number near the largest there is."""


def disk(folder: Path) -> Gauge:
    """The disk that holds `folder`, as far as this user may fill it."""
    return partial(_disk, folder)


def memory(cgroup: Path = CGROUP) -> Gauge:
    """The container's memory, or the machine's where there is no limit."""
    return partial(_memory, cgroup)


def _disk(folder: Path) -> Usage:
    found = shutil.disk_usage(folder)
    return Usage(used=found.used, total=found.used + found.free)


def _memory(cgroup: Path) -> Usage:
    usage = _container(cgroup, "memory.max", "memory.current", "inactive_file") or _container(
        cgroup / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
    )
    return usage or _machine()


def _container(folder: Path, limit: str, current: str, cache: str) -> Usage | None:
    """The files of one version of cgroups; pages that the kernel can drop at once are not in use."""
    try:
        total = (folder / limit).read_text().strip()
        used = int((folder / current).read_text())
        lines = (folder / "memory.stat").read_text().splitlines()
    except FileNotFoundError:
        return None
    if not total.isdigit() or int(total) >= UNLIMITED:
        return None
    droppable = next((int(line.split()[1]) for line in lines if line.startswith(f"{cache} ")), 0)
    return Usage(used=max(0, used - droppable), total=int(total))


def _machine() -> Usage:
    import psutil  # type: ignore[import-untyped]  # needed only where there is no container

    found = psutil.virtual_memory()
    return Usage(used=found.total - found.available, total=found.total)
