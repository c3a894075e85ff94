"""A process that is killed at one of its writes."""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from attrs import define, field

from application.ports.transactions import Stores, Transactions

T = TypeVar("T")


class Moment(Enum):
    BEFORE = auto()
    """The write never happens."""
    AFTER = auto()
    """It is committed, and nobody learns of it."""


@define(kw_only=True, eq=False)
class DoomedTransactions:
    """Works until its `last` write, and never answers again from that `moment` on."""

    inner: Transactions
    last: int
    moment: Moment
    writes: int = field(init=False, default=0)

    @property
    def dead(self) -> bool:
        return self.writes >= self.last

    async def read(self, unit: Callable[[Stores], T]) -> T:
        if self.dead:
            await self._nothing()
        return await self.inner.read(unit)

    async def write(self, unit: Callable[[Stores], T], *, durable: bool = True) -> T:
        if self.dead:
            await self._nothing()
        self.writes += 1
        if self.dead and self.moment is Moment.BEFORE:
            await self._nothing()
        outcome = await self.inner.write(unit, durable=durable)
        if self.dead:
            await self._nothing()
        return outcome

    async def _nothing(self) -> None:
        """The rest of a killed process."""
        await asyncio.Event().wait()
