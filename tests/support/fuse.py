"""A fuse that goes off at any step of synchronizing: around each request, each unit of work, and inside the unit."""

from collections.abc import Awaitable, Callable
from typing import Any

from attrs import define, field, frozen

from application.ports.sync import Copy, Ledger, Replica
from application.ports.transactions import Stores


class Crash(Exception):
    """The process ends here."""


@define
class Fuse:
    """Burns a little at every step, and goes off once when `length` is used up; never without one.

    `between` is called where no transaction is open, so anything may happen there.
    """

    error: Exception = field(factory=Crash)
    length: int | None = None
    between: Callable[[], None] = field(default=lambda: None)

    def burn(self) -> None:
        if self.length is not None:
            self.length -= 1
            if self.length < 0:
                self.length = None
                raise self.error


@frozen
class FusedReplica:
    """Goes off before a request, or after it, when the answer is lost."""

    fuse: Fuse
    replica: Replica

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **named: Any) -> Any:
            self.fuse.burn()
            answer = await getattr(self.replica, name)(*arguments, **named)
            self.fuse.between()
            self.fuse.burn()
            return answer

        return call


@frozen
class FusedCopy:
    """Goes off before a unit of work, anywhere in it, at its end, and after its commit."""

    fuse: Fuse
    copy: Copy

    async def read(self, unit: Callable[[Stores, Ledger], Any]) -> Any:
        self.fuse.burn()
        return await self.copy.read(unit)

    async def write(self, unit: Callable[[Stores, Ledger], Any], *, durable: bool = True) -> Any:
        def burning(stores: Stores, ledger: Ledger) -> Any:
            outcome = unit(stores, FusedLedger(self.fuse, ledger))  # type: ignore[arg-type]
            self.fuse.burn()
            return outcome

        self.fuse.burn()
        outcome = await self.copy.write(burning, durable=durable)
        self.fuse.burn()
        return outcome


@frozen
class FusedLedger:
    fuse: Fuse
    ledger: Ledger

    def __getattr__(self, name: str) -> Any:
        self.fuse.burn()
        return getattr(self.ledger, name)
