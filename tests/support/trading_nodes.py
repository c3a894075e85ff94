"""Nodes that share one lease: for each, its own database and clocks, and what reaches the others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from attrs import define, field

from adapters.memory.database import MemoryDatabase
from adapters.memory.leases import MemoryLeases
from application.ports.lease import LeasedRight, Leases
from application.ports.trading import OrderFilter
from application.ports.transactions import Stores, Transactions
from application.sync.begin_trading import BeginTradingHandler
from application.sync.release_lease import ReleaseLeaseHandler
from application.sync.renew_lease import RenewLeaseHandler
from domain.errors import Unavailable
from domain.market.timeframe import Timeframe
from domain.shared.events import Event
from domain.sync.events import TradingHandedOver, TradingTakenOver
from domain.sync.lease import RENEW, Claim, Lease, Tenure
from domain.trading.fill import Fill
from domain.trading.order import Order
from entrypoints.jobs.job import Job
from entrypoints.jobs.lease import LeaseKeeper
from entrypoints.jobs.supervisor import Supervisor
from support.build import START, an_account, new_ids
from support.record import ALL
from support.virtual_time import elapsed

T = TypeVar("T")

DEADLINE = 15.0


def remote_clock() -> datetime:
    return START + timedelta(seconds=elapsed())


@define
class SlowLeases:
    """Calls travel for a while, there and back; a call that was given up arrives all the same."""

    inner: Leases
    delays: Iterator[tuple[float, float]]

    async def acquire(self, holder: str, seconds: float, *, begun: int = 0) -> Claim:
        return await self._travelling(lambda: self.inner.acquire(holder, seconds, begun=begun))

    async def release(self, lease: Lease) -> None:
        await self._travelling(lambda: self.inner.release(lease))

    async def _travelling(self, call: Callable[[], Awaitable[T]]) -> T:
        there, back = next(self.delays, (0.0, 0.0))

        async def arriving() -> T:
            await asyncio.sleep(there)
            return await call()

        try:
            async with asyncio.timeout(DEADLINE):
                answer = await asyncio.shield(asyncio.create_task(arriving()))
                await asyncio.sleep(back)
                return answer
        except TimeoutError:
            raise Unavailable("the remote took too long") from None


@define
class Line:
    """What connects a process with the remote; a dead process says nothing any more, and runs no further."""

    inner: Leases
    dead: bool = False

    async def acquire(self, holder: str, seconds: float, *, begun: int = 0) -> Claim:
        self.check()
        return await self.inner.acquire(holder, seconds, begun=begun)

    async def release(self, lease: Lease) -> None:
        self.check()
        await self.inner.release(lease)

    def check(self) -> None:
        if self.dead:
            raise asyncio.CancelledError


async def nothing() -> None:
    """What nodes have to tell each other that have no record."""


@define(kw_only=True, eq=False)
class Node:
    """A process of a node that asks for the lease; `ahead` are the seconds by which its clock differs."""

    name: str
    leases: Leases
    ahead: float = 0.0
    database: Transactions = field(factory=lambda: MemoryDatabase(an_account()))
    exchange: Callable[[], Awaitable[object]] = nothing
    line: Line = field(init=False)
    right: LeasedRight = field(init=False)
    keeper: LeaseKeeper = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.line = Line(self.leases)
        self.right = LeasedRight(Tenure(node=self.name), lambda: elapsed() + self.ahead)
        self.keeper = LeaseKeeper(
            right=self.right,
            renew=RenewLeaseHandler(
                leases=self.line,
                right=self.right,
                transactions=self.database,
                now=lambda: START,
                new_id=new_ids(10**9 + hash(self.name) % 10**6),
            ),
            begin=BeginTradingHandler(right=self.right, transactions=self.database, timeframe=Timeframe.M5),
            release=ReleaseLeaseHandler(leases=self.line, right=self.right),
            exchange=self._exchanged,
        )

    async def _exchanged(self) -> None:
        self.line.check()
        await self.exchange()

    @property
    def job(self) -> Job:
        return Job(name="lease", open=self.keeper.open, idle=RENEW)

    @asynccontextmanager
    async def running(self, *jobs: Job) -> AsyncIterator[Supervisor]:
        """Keep asking; at the end it is killed, unless it was stopped."""
        supervisor = Supervisor([self.job, *jobs], now=lambda: START, elapsed=elapsed, between=max)
        task = asyncio.create_task(supervisor.run())
        try:
            yield supervisor
        finally:
            self.line.dead = True
            task.cancel()
            await asyncio.wait([task])

    async def news(self) -> list[Event]:
        """What people are told about who trades."""
        waiting = await self.database.read(lambda stores: stores.outbox.waiting(1000))
        return [event for event in waiting if isinstance(event, TradingTakenOver | TradingHandedOver)]


def shared_lease() -> MemoryLeases:
    return MemoryLeases(now=remote_clock)


async def told(source: Transactions, target: Transactions) -> None:
    """`target` learns of the orders and fills of `source`."""
    orders, fills = await source.read(_traded)

    def record(stores: Stores) -> None:
        known = {order.id: order for order in stores.orders.page(OrderFilter(), before=None, limit=ALL)}
        recorded = {fill.id for order in known.values() for fill in stores.fills.of(order.id)}
        for order in orders:
            if order.id not in known:
                stores.orders.add(order)
            elif known[order.id].status.open:
                stores.orders.save(order)
        for fill in fills:
            if fill.id not in recorded:
                stores.fills.add(fill)

    await target.write(record)


def _traded(stores: Stores) -> tuple[Sequence[Order], Sequence[Fill]]:
    orders = [*reversed(stores.orders.page(OrderFilter(), before=None, limit=ALL))]
    return orders, [fill for order in orders for fill in stores.fills.of(order.id)]
