"""What the container's first process does with the volume, its rights and a database it cannot write."""

import os
from pathlib import Path

import pytest

from entrypoints.image import start


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "backups").mkdir(parents=True)
    (folder / "cryptobot.db").touch()
    (folder / "backups" / "monday.db").touch()
    (folder / "outside").symlink_to("/etc/hostname")
    return folder


@pytest.fixture
def chowned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int, bool]]:
    calls: list[tuple[str, int, int, bool]] = []

    def record(name: str | Path, uid: int, gid: int, *, dir_fd: int | None, follow_symlinks: bool) -> None:
        calls.append((Path(name).name, uid, gid, follow_symlinks))

    monkeypatch.setattr(os, "chown", record)
    return calls


def test_everything_on_the_volume_gets_its_owner_and_links_are_not_followed(volume, chowned):
    start.adopt(volume, os.getuid() + 1, os.getgid() + 1)

    owner = (os.getuid() + 1, os.getgid() + 1, False)
    assert sorted(chowned) == [(name, *owner) for name in ("backups", "cryptobot.db", "data", "monday.db", "outside")]


def test_what_is_owned_already_is_left_alone(volume, chowned):
    start.adopt(volume, os.getuid(), os.getgid())

    assert chowned == []


def test_a_volume_that_cannot_be_given_away_is_named_with_the_right_that_is_missing(volume, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)

    with pytest.raises(start.CannotStart, match=r"data: Operation not permitted\. .*CHOWN"):
        start.adopt(volume, os.getuid() + 1, os.getgid())


def test_groups_are_dropped_before_the_user_who_may_drop_them(monkeypatch):
    calls = []
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda value, name=name: calls.append((name, value)))

    start.become(10001, 10002)

    assert calls == [("setgroups", []), ("setgid", 10002), ("setuid", 10001)]


def test_root_without_the_right_to_change_user_is_told_which_capabilities_it_lacks(monkeypatch):
    def refuse(_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setgroups", refuse)

    with pytest.raises(start.CannotStart, match=r"SETGID and SETUID.*10001:10001"):
        start.become(10001, 10001)


@pytest.mark.parametrize("address", ["", "postgresql://user:secret@host/cryptobot"])
def test_an_address_that_names_no_file_is_left_to_the_program_to_judge(address):
    assert start.database_file(address) is None


def test_a_database_in_a_folder_still_to_be_made_needs_a_writable_ancestor(tmp_path, monkeypatch):
    start.require_writable(tmp_path / "new" / "cryptobot.db")

    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    with pytest.raises(start.CannotStart, match="DATABASE_URL"):
        start.require_writable(tmp_path / "new" / "cryptobot.db")


def test_a_write_ahead_log_of_another_user_is_found_before_sqlite_finds_it(volume, monkeypatch):
    log = volume / "cryptobot.db-wal"
    log.touch()
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != log)

    with pytest.raises(start.CannotStart, match=f"cannot write {log},"):
        start.require_writable(volume / "cryptobot.db")


def test_the_program_takes_over_the_process_with_its_arguments(tmp_path, monkeypatch):
    replaced = []
    monkeypatch.setattr(os, "geteuid", lambda: 10001)
    monkeypatch.setattr(os, "execv", lambda program, arguments: replaced.append((program, arguments)))
    monkeypatch.setenv("DATABASE_URL", str(tmp_path / "cryptobot.db"))
    monkeypatch.setattr("sys.argv", ["start", "token", "issue"])

    start.main()

    assert replaced == [(start.PROGRAM, [start.PROGRAM, "token", "issue"])]


def test_a_container_that_cannot_work_ends_with_the_reason_alone(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 10001)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setenv("DATABASE_URL", "/data/cryptobot.db")

    with pytest.raises(SystemExit, match=r"^cryptobot: user .* DATABASE_URL keeps .* RAILWAY_RUN_UID=0"):
        start.main()
