"""Jobs are tested in virtual time: no test waits, and every run takes the same course."""

from typing import Any

import pytest

from support.virtual_time import VIRTUAL_TIME


@pytest.fixture
def anyio_backend() -> Any:
    return VIRTUAL_TIME
