"""Use cases on memory adapters; whatever waits does so in virtual time."""

from typing import Any

import pytest

from support.virtual_time import VIRTUAL_TIME


@pytest.fixture
def anyio_backend() -> Any:
    return VIRTUAL_TIME
