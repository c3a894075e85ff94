"""A messenger that keeps what it was given, and fails when told to."""

from attrs import define, field

from domain.errors import Rejected, Unavailable
from domain.notifications.message import Message


@define
class MemoryMessenger:
    """While `failure` is set, every message meets it instead of being delivered."""

    delivered: list[Message] = field(factory=list)
    failure: Unavailable | Rejected | None = None

    @property
    def channel(self) -> str:
        return "memory"

    async def send(self, message: Message) -> None:
        if self.failure is not None:
            raise self.failure
        self.delivered.append(message)
