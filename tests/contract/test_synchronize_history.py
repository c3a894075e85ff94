"""Three nodes that write, crash, lose answers and are restored, each with a SQLite file, and the log they share."""

import asyncio
from contextlib import suppress
from decimal import Decimal
from itertools import count
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.replica import MemoryReplica
from domain.errors import Conflict, DomainError, Unavailable
from domain.sync.change import decoded
from domain.sync.merge import join
from domain.sync.row import UNHEARD
from domain.trading.portfolio import Portfolio
from domain.trading.risk import Halt, RiskLimits
from support.build import START, a_candle, a_fill, an_account, an_id, an_order
from support.copies import Node
from support.fuse import Crash, Fuse, FusedCopy, FusedReplica
from support.written import Oracle, token

STATUSES = ("accepted", "cancelled", "rejected", "expired")
CLOCKS = (0, 3, 400 * 86_400_000, -400 * 86_400_000)
"""By how many milliseconds the nodes' clocks are wrong."""


@define
class World:
    folder: Path
    replica: MemoryReplica = field(factory=lambda: MemoryReplica(now=lambda: START))
    nodes: list[Node] = field(factory=list)
    fuses: list[Fuse] = field(factory=list)
    clocks: tuple[int, ...] = (0, 0, 0)
    oracle: Oracle = field(factory=Oracle)
    files: list[bytes] = field(factory=list)
    logs: list[tuple[str | None, int, dict, dict, set]] = field(factory=list)
    numbers: count = field(factory=lambda: count(1))

    async def begin(self) -> "World":
        for number in range(3):
            fuse = Fuse()
            node = Node(
                folder=self.folder / str(number),
                replica=FusedReplica(fuse, self.replica),
                page=3,
                through=lambda copy, fuse=fuse: FusedCopy(fuse, copy),
            )
            self.fuses.append(fuse)
            self.nodes.append(await node.open())
            self.date(number)
        return self

    def date(self, number: int) -> None:
        self.nodes[number].date(1_000_000_000_000 + self.clocks[number] + next(self.numbers))

    # What may happen, each as an action of a history.

    def shell(self, number: int, what: str, which: int) -> None:
        """Write past the bot."""
        node, new = self.nodes[number], token(next(self.numbers))
        before = node.tables()
        for statement in SHELL[what]:
            node.shell(statement, {"new": new, "which": which, "id": an_id(which), "status": STATUSES[which]})
        self.oracle.saw(before, node.tables())
        self.date(number)

    async def store(self, number: int, what: str, which: int) -> None:
        """Write as the bot does."""
        node, new = self.nodes[number], token(next(self.numbers))
        before = node.tables()
        with suppress(Conflict):  # it is there
            await node.database.write(lambda stores: STORE[what](stores, new, which))
        self.oracle.saw(before, node.tables())
        self.date(number)

    async def sync(self, number: int) -> None:
        await self.nodes[number].settle()

    async def portion(self, number: int) -> None:
        node = self.nodes[number]
        before = (await node.place()).bookmark
        await node.synchronize()
        await node.database.write(lambda stores: stores.fills.portfolio())
        after = (await node.place()).bookmark
        assert before is None or before.epoch != after.epoch or before.seq <= after.seq

    async def meanwhile(self, number: int, what: str, which: int) -> None:
        """Write while the remote is being asked."""
        self.fuses[number].between = lambda: self.shell(number, what, which)
        try:
            await self.nodes[number].synchronize()
        finally:
            self.fuses[number].between = lambda: None

    async def crash(self, number: int, step: int) -> None:
        """Synchronize until the process ends at that step, and start it again."""
        await self.broken_off(number, step, Crash())
        await self.nodes[number].close()
        await self.nodes[number].open()
        self.date(number)

    async def fail(self, number: int, step: int) -> None:
        """Synchronize until the remote, or the disk, fails."""
        await self.broken_off(number, step, Unavailable("it does not answer"))

    async def broken_off(self, number: int, step: int, error: Exception) -> None:
        fuse = self.fuses[number]
        fuse.error, fuse.length = error, step
        with suppress(type(error)):
            await self.nodes[number].settle()
        fuse.length = None

    async def again(self, number: int, entry: int) -> None:
        """A push that was on its way for long arrives once more, under the name of another node."""
        if self.replica.entries:
            change = list(self.replica.entries.values())[entry % len(self.replica.entries)].change
            before = len(self.replica.entries)
            place = await self.nodes[number].place()
            if place.bookmark is not None:
                try:
                    await self.replica.push(place.clock.boot, place.bookmark, [change])
                except DomainError:
                    return
                assert len(self.replica.entries) == before

    def back_up(self, number: int) -> None:
        self.files.append(self.nodes[number].content())

    async def restore(self, number: int, backup: int) -> None:
        """Put back some node's file as it once was."""
        if self.files:
            await self.nodes[number].close()
            await self.nodes[number].open(self.files[backup % len(self.files)])
            self.date(number)
            self.oracle.forget_lost(self.copies())

    def back_up_log(self) -> None:
        log = self.replica
        self.logs.append((log.epoch, log.schema, dict(log.entries), dict(log.nodes), set(log._op_ids)))

    def restore_log(self, backup: int) -> None:
        """Put the remote back as it once was, or lose it."""
        logs = [*self.logs, (None, 0, {}, {}, set())]
        kept = logs[backup % len(logs)]
        log = self.replica
        log.epoch, log.schema = kept[:2]
        log.entries, log.nodes, log._op_ids = dict(kept[2]), dict(kept[3]), set(kept[4])
        self.oracle.forget_lost(self.copies())

    def copies(self) -> list[str]:
        """Everything that some node or the remote still has, as text."""
        told = " ".join(entry.change.payload for entry in self.replica.entries.values())
        return [told, *(f"{node.tables()} {node.shell('SELECT state FROM sync_rows')}" for node in self.nodes)]

    # What must hold once everyone has synchronized.

    async def settle(self) -> None:
        for _ in range(3):
            for number in (2, 0, 1):
                self.date(number)
                await self.nodes[number].settle()

    async def check(self) -> None:
        tables, states = [node.tables() for node in self.nodes], [await node.states() for node in self.nodes]
        for other in (1, 2):
            assert tables[other] == tables[0]
            assert states[other] == states[0]
        assert self.replayed(1) == self.replayed(-1) == states[0]
        assert [await node.waiting() for node in self.nodes] == [0, 0, 0]
        assert self.oracle.missing(tables[0]) == []
        for node in self.nodes:
            assert await node.database.write(lambda stores: stores.fills.portfolio()) == await folded(node)
        await self.check_no_echo()

    def replayed(self, step: int) -> dict:
        """The log, joined in its order or backwards, each entry twice."""
        rows: dict = {}
        for entry in [*self.replica.entries.values()][::step] * 2:
            where = entry.change.table, entry.change.key
            rows[where] = join(rows.get(where, UNHEARD), decoded(entry.change.payload))
        return rows

    async def check_no_echo(self) -> None:
        entries, places = len(self.replica.entries), [await node.place() for node in self.nodes]
        for node in self.nodes:
            progress = await node.synchronize()
            assert (progress.told, progress.taken, progress.more) == (0, 0, False)
        assert len(self.replica.entries) == entries
        assert [await node.place() for node in self.nodes] == places


async def folded(node: Node) -> Portfolio:
    fills = await node.database.read(lambda stores: stores.fills.page(symbol=None, before=None, limit=100))
    return Portfolio.opened(an_account()).applied(sorted(fills, key=attrgetter("moment")))


SHELL = {
    "limit": ["UPDATE risk_limits SET max_position = :new"],
    "another limit": ["UPDATE risk_limits SET max_drawdown = :new, max_open_orders = 1 + :which"],
    "halt": ["UPDATE trading_halt SET halted = :which % 2, reason = :new"],
    "strategy": ["UPDATE strategies SET allocation = :new WHERE name IN (SELECT name FROM strategies LIMIT 1)"],
    "switch": ["UPDATE strategies SET enabled = NOT enabled WHERE name IN (SELECT name FROM strategies LIMIT 2)"],
    "remove strategies": ["DELETE FROM strategies"],
    "symbol": [
        "INSERT INTO symbols VALUES ('A' || :which || '/USDT', :new, '1', '1')"
        " ON CONFLICT DO UPDATE SET price_tick = :new"
    ],
    "replace symbol": ["REPLACE INTO symbols VALUES ('A' || :which || '/USDT', '1', :new, '1')"],
    "step": ["UPDATE symbols SET quantity_step = :new WHERE name = 'A' || :which || '/USDT'"],
    "remove symbol": ["DELETE FROM symbols WHERE name = 'A' || :which || '/USDT'"],
    "there and back": [
        "UPDATE symbols SET minimum_notional = '2' WHERE minimum_notional = '1'",
        "UPDATE symbols SET minimum_notional = '1' WHERE minimum_notional = '2'",
    ],
    "order": ["UPDATE orders SET reason = :new, status = :status WHERE id = :id"],
    "fill": [
        "INSERT OR IGNORE INTO fills SELECT :id, id, symbol, side, :new, '1', '0', created_at, mode, NULL FROM orders"
    ],
    "candle": [
        "INSERT OR REPLACE INTO candles VALUES ('BTC/USDT', '5m', '2025-01-0' || (1 + :which) || 'T00:00:00.000Z',"
        " '1', '1', '1', '1', :new)"
    ],
}


STORE = {
    "order": lambda stores, new, which: stores.orders.add(an_order(id=an_id(which), reason=new)),
    "fill": lambda stores, new, which: stores.fills.add(a_fill(id=an_id(which), price=new)),
    "halt": lambda stores, new, which: stores.risk.set_halt(Halt(halted=which == 1, reason=new)),
    "limits": lambda stores, new, which: stores.risk.set_limits(RiskLimits(max_exposure=Decimal(new))),
    "candle": lambda stores, new, which: stores.candles.add([a_candle(volume=new)]),
}

numbers, some = st.integers(0, 2), st.integers(0, 3)
shells = st.tuples(st.just("shell"), numbers, st.sampled_from(sorted(SHELL)), some)
stores = st.tuples(st.just("store"), numbers, st.sampled_from(sorted(STORE)), some)
syncs = st.tuples(st.sampled_from(["sync", "portion"]), numbers)
actions = st.one_of(
    *(shells, shells, shells, stores, stores, syncs, syncs, syncs),
    st.tuples(st.just("meanwhile"), numbers, st.sampled_from(sorted(SHELL)), some),
    st.tuples(st.sampled_from(["crash", "fail"]), numbers, st.integers(0, 60)),
    st.tuples(st.just("again"), numbers, st.integers(0, 20)),
    st.tuples(st.just("back_up"), numbers),
    st.tuples(st.just("restore"), numbers, some),
    st.tuples(st.just("back_up_log")),
    st.tuples(st.just("restore_log"), some),
)


async def live(clocks: tuple[int, ...], history: list[tuple]) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder), clocks=clocks)
        try:
            await world.begin()
            for name, *arguments in history:
                if (happening := getattr(world, name)(*arguments)) is not None:
                    await happening
            await world.settle()
            await world.check()
        finally:
            for node in world.nodes:
                await node.close()


@settings(max_examples=60)
@given(st.tuples(*[st.sampled_from(CLOCKS)] * 3), st.lists(actions, min_size=6, max_size=30))
def test_whatever_happens_nodes_end_alike_and_nothing_that_was_acknowledged_is_missing(clocks, history):
    asyncio.run(live(clocks, history))
