"""Key files: made once, and used only while nobody else can read them."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.system.key_file import KEY_BYTES, UnsafeKey, kept_key


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "bot.key"


def test_a_key_is_made_once_and_only_its_owner_may_read_it(file):
    key = kept_key(file)

    assert len(key) == KEY_BYTES
    assert kept_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]


def test_every_installation_has_its_own_key(tmp_path):
    assert kept_key(tmp_path / "one") != kept_key(tmp_path / "two")


def test_those_who_make_it_at_once_get_the_same_key(file):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: kept_key(file), range(32)))

    assert len(set(keys)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644])
def test_a_key_that_others_may_read_or_change_is_refused(file, mode):
    kept_key(file)
    file.chmod(mode)

    with pytest.raises(UnsafeKey, match=f"others may read or change the key file {file}"):
        kept_key(file)


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_file_of_another_size_is_no_key(file, content):
    kept_key(file)
    file.write_bytes(content)

    with pytest.raises(UnsafeKey, match="does not hold 32 bytes"):
        kept_key(file)


def test_a_link_or_a_folder_is_no_key(file, tmp_path):
    kept_key(tmp_path / "elsewhere")
    file.parent.mkdir()
    file.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UnsafeKey, match="cannot be opened"):
        kept_key(file)
    with pytest.raises(UnsafeKey, match="not a regular file"):
        kept_key(tmp_path)


def test_a_pipe_is_no_key_and_nothing_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)

    with pytest.raises(UnsafeKey, match="not a regular file"):
        kept_key(tmp_path / "pipe")
