"""The console messenger: prints what people would be told, until a real channel is configured."""

import sys
from typing import TextIO

from attrs import field, frozen

from domain.errors import Unavailable
from domain.notifications.message import Message


@frozen
class ConsoleMessenger:
    """One line a message on `out`, whatever characters the message holds."""

    out: TextIO = field(factory=lambda: sys.stdout)

    @property
    def channel(self) -> str:
        return "console"

    async def send(self, message: Message) -> None:
        """Raises Unavailable when `out` cannot be written to."""
        line = _line(f"notification ({message.severity}): {message.title}: {message.body}")
        encoding = self.out.encoding or "utf-8"
        try:
            self.out.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self.out.flush()
        except (OSError, ValueError) as error:  # a broken pipe, or a file that was closed
            raise Unavailable("the console cannot be written to") from error


def _line(text: str) -> str:
    """`text` without line breaks and other control characters, which could pass for lines of our own."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
