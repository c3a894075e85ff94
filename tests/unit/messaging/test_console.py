"""The console messenger prints one line a message, whatever the message holds."""

from io import BytesIO, StringIO, TextIOWrapper

import pytest

from adapters.messaging.console import ConsoleMessenger
from domain.errors import Unavailable
from domain.notifications.message import Message, Severity

pytestmark = pytest.mark.anyio


def a_message(body: str = "worth 100, fee 0.1; placed by hand") -> Message:
    return Message(kind="order_filled", severity=Severity.INFO, title="[paper] buy 1 BTC/USDT at 100", body=body)


async def printed(message: Message) -> str:
    out = StringIO()
    await ConsoleMessenger(out).send(message)
    return out.getvalue()


async def test_a_message_is_one_labelled_line() -> None:
    line = "notification (info): [paper] buy 1 BTC/USDT at 100: worth 100, fee 0.1; placed by hand\n"
    assert await printed(a_message()) == line


@pytest.mark.parametrize("body", ["stop\nnow", "stop\r\nnow", "stop\x1b[2Jnow", "stop\u2028now", "stop\x00now"])
async def test_line_breaks_and_control_characters_cannot_pass_for_lines_of_our_own(body: str) -> None:
    line = await printed(a_message(body))
    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()
    assert "stop" in line
    assert "now" in line


async def test_what_the_console_cannot_show_is_written_out() -> None:
    written = BytesIO()
    out = TextIOWrapper(written, encoding="ascii")
    await ConsoleMessenger(out).send(a_message("größer"))
    assert written.getvalue().endswith(b"gr\\xf6\\xdfer\n")


class BrokenPipe(StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError


async def test_a_console_that_is_gone_is_unavailable() -> None:
    closed = StringIO()
    closed.close()
    for out in (closed, BrokenPipe()):
        with pytest.raises(Unavailable):
            await ConsoleMessenger(out).send(a_message())


def test_the_channel_is_named() -> None:
    assert ConsoleMessenger().channel == "console"
