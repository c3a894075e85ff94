"""The memory messenger keeps messages, and fails when told to."""

import pytest

from adapters.memory.messenger import MemoryMessenger
from domain.errors import Rejected, Unavailable
from domain.notifications.message import Message, Severity

pytestmark = pytest.mark.anyio

HELLO = Message(kind="test", severity=Severity.INFO, title="Hello", body="you")


async def test_it_keeps_what_was_sent_in_order() -> None:
    messenger = MemoryMessenger()
    await messenger.send(HELLO)
    await messenger.send(HELLO)
    assert messenger.delivered == [HELLO, HELLO]


@pytest.mark.parametrize("failure", [Unavailable("down"), Rejected("no such chat")])
async def test_it_fails_for_as_long_as_it_is_told_to(failure: Unavailable | Rejected) -> None:
    messenger = MemoryMessenger(failure=failure)
    with pytest.raises(type(failure)):
        await messenger.send(HELLO)
    assert messenger.delivered == []
    messenger.failure = None
    await messenger.send(HELLO)
    assert messenger.delivered == [HELLO]
