"""Bots and the libSQL server they share are killed at random: what was acknowledged is not lost."""

import os
from pathlib import Path

import pytest

from support import sqld
from support.soak import Soak

if not sqld.installed():
    if "CI" in os.environ:
        raise FileNotFoundError(f"these tests need a libSQL server: {sqld.INSTALL}")
    pytest.skip(f"needs a libSQL server: {sqld.INSTALL}", allow_module_level=True)


def test_no_acknowledged_write_is_lost(tmp_path: Path) -> None:
    report = Soak(tmp_path, seconds=8, seed=278).run()

    assert report.acknowledged > report.discarded
    assert report.bots_killed
    assert report.servers_killed
    assert report.files_lost
    assert report.files_restored
    assert report.overwritten
