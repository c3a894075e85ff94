"""Fixtures every test may use, and how hard hypothesis looks."""

import pytest
from hypothesis import Phase, settings

settings.register_profile("quick", deadline=None, max_examples=50, derandomize=True, database=None)
settings.register_profile("thorough", deadline=None, max_examples=2000, derandomize=False)
settings.register_profile("unshrunk", settings.get_profile("quick"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("quick")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
