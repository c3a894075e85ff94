"""The probes read what the kernel tells about disk and memory."""

from pathlib import Path

import pytest

from adapters.system import probes
from application.ports.health import Usage


def written(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)
    return folder


def test_memory_is_what_the_container_may_use_without_what_the_kernel_can_drop(tmp_path: Path) -> None:
    stat = "anon 200\nfile 150\ninactive_file 100\n"
    cgroup = written(tmp_path, memory__max="512\n", memory__current="400\n", memory__stat=stat)
    assert probes.memory(cgroup)() == Usage(used=300, total=512)


def test_memory_of_the_first_version_of_cgroups(tmp_path: Path) -> None:
    stat = "cache 150\ntotal_inactive_file 100\n"
    written(tmp_path / "memory", memory__limit_in_bytes="512\n", memory__usage_in_bytes="400\n")
    written(tmp_path / "memory", memory__stat=stat)
    assert probes.memory(tmp_path)() == Usage(used=300, total=512)


@pytest.mark.parametrize("limit", ["max\n", "9223372036854771712\n"])
def test_without_a_limit_it_is_the_machines(tmp_path: Path, limit: str) -> None:
    cgroup = written(tmp_path, memory__max=limit, memory__current="400\n", memory__stat="")
    found = probes.memory(cgroup)()
    assert 1 << 20 < found.used < found.total


def test_outside_a_container_it_is_the_machines(tmp_path: Path) -> None:
    found = probes.memory(tmp_path)()
    assert 1 << 20 < found.used < found.total


def test_the_disk_is_the_one_that_holds_the_folder(tmp_path: Path) -> None:
    found = probes.disk(tmp_path)()
    assert 0 < found.used <= found.total


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probes.disk(tmp_path / "missing")()


def test_percent() -> None:
    assert Usage(used=1, total=4).percent == 25
    assert Usage(used=0, total=0).percent == 0
