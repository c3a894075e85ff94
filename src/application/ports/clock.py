"""Time and identity, injected so that tests decide both."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The present instant, UTC."""

NewId = Callable[[], str]
"""A new UUIDv7; later ones sort after earlier ones made by the same process."""
