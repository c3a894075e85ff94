"""Of several nodes one trades, whatever happens to them, to the remote and to what travels between."""

import asyncio
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.broker import Outage
from adapters.memory.database import MemoryDatabase
from adapters.memory.exchange import MemoryExchange
from application.ports.lease import Leases
from domain.errors import Rejected, Unavailable
from domain.sync.events import TradingHandedOver, TradingTakenOver
from domain.sync.lease import MARGIN, RENEW, TTL, Claim, NotTheTrader
from domain.trading.order import OrderStatus
from support.build import START, an_account, new_ids
from support.record import everything
from support.service import Process, Service, batches, wild_candles
from support.trading_nodes import Line, Node, SlowLeases, remote_clock, shared_lease, told
from support.virtual_time import VirtualTimeLoop, elapsed

pytestmark = pytest.mark.anyio


def traders(*nodes: Node) -> list[str]:
    return [node.name for node in nodes if node.right.held]


async def test_the_first_node_trades_and_the_second_watches_and_names_it() -> None:
    leases = shared_lease()
    attic, cellar = Node(name="attic", leases=leases), Node(name="cellar", leases=leases, ahead=12_345)
    async with attic.running():
        await asyncio.sleep(1)
        async with cellar.running():
            for _ in range(20):
                await asyncio.sleep(7)
                assert traders(attic, cellar) == ["attic"]
                assert attic.right.check() == 1
                with pytest.raises(NotTheTrader, match="attic trades"):
                    cellar.right.check()
    assert await attic.news() == await cellar.news() == []


async def test_after_a_kill_another_takes_over_once_the_lease_is_up(caplog: pytest.LogCaptureFixture) -> None:
    leases = shared_lease()
    attic, cellar = Node(name="attic", leases=leases), Node(name="cellar", leases=leases)
    async with attic.running():
        await asyncio.sleep(25)
    async with cellar.running():
        await asyncio.sleep(TTL - 10)
        assert traders(cellar) == []
        await asyncio.sleep(10 + RENEW)
    assert cellar.right.check() == 2
    assert await cellar.news() == [TradingTakenOver(id=(await cellar.news())[0].id, at=START, node="cellar")]
    assert "this node places orders" in caplog.text


async def test_a_node_that_stops_lets_another_trade_at_its_next_look() -> None:
    leases = shared_lease()
    attic, cellar = Node(name="attic", leases=leases), Node(name="cellar", leases=leases)
    async with attic.running() as supervisor:
        await asyncio.sleep(1)
        async with cellar.running():
            await asyncio.sleep(1)
            supervisor.stop()
            await asyncio.sleep(0)
            await asyncio.sleep(RENEW)
            assert traders(attic, cellar) == ["cellar"]


async def test_a_node_that_is_started_again_goes_on_at_once_with_its_token() -> None:
    leases = shared_lease()
    first, watching = Node(name="attic", leases=leases), Node(name="cellar", leases=leases)
    async with first.running():
        await asyncio.sleep(1)
        async with watching.running():
            await asyncio.sleep(1)
    again = Node(name="attic", leases=leases)
    async with again.running():
        await asyncio.sleep(0.1)
        assert again.right.check() == 1
    assert await again.news() == []


async def test_among_several_nodes_an_outage_stops_trading_before_the_lease_is_up_and_its_end_resumes_it() -> None:
    leases = shared_lease()
    attic, cellar = Node(name="attic", leases=leases), Node(name="cellar", leases=leases)
    async with attic.running():
        await asyncio.sleep(1)
        async with cellar.running():
            await asyncio.sleep(RENEW)
            leases.outage = Outage.BEFORE
            assert leases.lease is not None
            left = (leases.lease.until - remote_clock()).total_seconds()
            await asyncio.sleep(left - MARGIN)
            assert traders(attic, cellar) == []
            await asyncio.sleep(100)
            assert traders(attic, cellar) == []
            stopped = await attic.news()
            assert stopped == [TradingHandedOver(id=stopped[0].id, at=START, node="attic", to=None)]
            leases.outage = None
            await asyncio.sleep(2 * RENEW + TTL)
            assert len(traders(attic, cellar)) == 1


async def test_an_answer_that_took_long_gives_no_more_time() -> None:
    remote = shared_lease()
    attic = Node(
        name="attic", leases=SlowLeases(remote, iter([(0.0, 0.0), (0.0, 14.0), (10.0**6, 0.0)] + [(10.0**6, 0.0)] * 9))
    )
    remote.contenders["cellar"] = remote_clock()
    async with attic.running():
        await asyncio.sleep(15)
        assert traders(attic) == ["attic"]
        assert remote.lease is not None
        await asyncio.sleep((remote.lease.until - remote_clock()).total_seconds() - MARGIN)
        assert traders(attic) == []


@pytest.mark.parametrize("outage", Outage)
async def test_the_only_node_goes_on_through_any_outage(outage: Outage) -> None:
    leases = shared_lease()
    attic = Node(name="attic", leases=leases)
    async with attic.running():
        await asyncio.sleep(1)
        leases.outage = outage
        for _ in range(5_000):
            await asyncio.sleep(5)
            assert attic.right.check() == 1
        leases.outage = None
        await asyncio.sleep(100)
        assert attic.right.check() == 1
    assert await attic.news() == []


async def test_a_remote_that_refuses_does_not_stop_the_only_node() -> None:
    class Withdrawn(Line):
        async def acquire(self, holder: str, seconds: float, *, begun: int = 0) -> Claim:
            if elapsed() > 1:
                raise Rejected("the token was withdrawn")
            return await super().acquire(holder, seconds, begun=begun)

    attic = Node(name="attic", leases=Withdrawn(shared_lease()))
    async with attic.running():
        await asyncio.sleep(1)
        assert traders(attic) == ["attic"]
        await asyncio.sleep(3 * TTL)
        assert traders(attic) == ["attic"]


async def test_a_node_that_was_cut_off_alone_yields_as_soon_as_it_learns_of_another() -> None:
    """The window that remains: the other one was started while this one was cut off."""
    remote = shared_lease()
    cut_off = asyncio.Event()

    class Cable(Line):
        async def acquire(self, holder: str, seconds: float, *, begun: int = 0) -> Claim:
            if cut_off.is_set():
                raise Unavailable("there is no network here")
            return await super().acquire(holder, seconds, begun=begun)

    attic, cellar = Node(name="attic", leases=Cable(remote)), Node(name="cellar", leases=remote)
    async with attic.running():
        await asyncio.sleep(1)
        cut_off.set()
        async with cellar.running():
            await asyncio.sleep(200)
            assert traders(attic, cellar) == ["attic", "cellar"]
            cut_off.clear()
            await asyncio.sleep(60)
            assert traders(attic, cellar) == ["cellar"]
    (handed,) = await attic.news()
    assert isinstance(handed, TradingHandedOver)
    assert handed.to == "cellar"


async def test_trading_begins_only_after_everything_was_exchanged() -> None:
    leases = shared_lease()
    attempts = []

    async def exchange() -> None:
        attempts.append(elapsed())
        if len(attempts) < 3:
            assert not cellar.right.held
            raise Rejected("the log is damaged")

    attic, cellar = Node(name="attic", leases=leases), Node(name="cellar", leases=leases, exchange=exchange)
    async with attic.running() as supervisor:
        await asyncio.sleep(1)
        supervisor.stop()
        await asyncio.sleep(1)
    async with cellar.running():
        await asyncio.sleep(30)
        assert len(attempts) == 3
        assert traders(cellar) == ["cellar"]
    assert [type(event) for event in await cellar.news()] == [TradingTakenOver]


CANDLES = wild_candles(200)


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("hand_over", [True, False])
async def test_trading_that_changes_hands_places_and_settles_nothing_twice(in_order: bool, hand_over: bool) -> None:
    leases = shared_lease()
    databases = MemoryDatabase(an_account()), MemoryDatabase(an_account())
    exchange = partial(told, *databases)
    attic = Node(name="attic", leases=leases, database=databases[0], exchange=exchange)
    cellar = Node(name="cellar", leases=leases, database=databases[1], exchange=exchange)
    services = [
        await Service(
            exchange=MemoryExchange(batches(CANDLES[:200]), endless=True),
            database=node.database,
            hand_over=hand_over,
            new_id=new_ids(first),
            right=node.right,
        ).prepare()
        for node, first in ((attic, 1), (cellar, 10**6))
    ]
    first, second = (Process.of(service, service.database).pipeline.jobs for service in services)
    async with attic.running(*first) as supervisor:
        await asyncio.sleep(5)
        async with cellar.running(*second):
            await asyncio.sleep(5)
            before = await attic.database.read(everything)
            assert (await cellar.database.read(everything))["orders"] == []
            attic.line.dead = not in_order
            supervisor.stop()
            await asyncio.sleep(TTL + RENEW)
            assert traders(attic, cellar) == ["cellar"]
            for batch in batches(CANDLES[200:]):
                services[1].exchange.push(*batch)
            await asyncio.sleep(30)
    after = await cellar.database.read(everything)
    assert len(after["fills"]) > len(before["fills"]) > 10
    assert {mark.opened for mark in after["marks"].values()} == {CANDLES[-1].open_time}
    placed = [(order.strategy, order.symbol, order.created_at) for order in after["orders"]]
    assert len(set(placed)) == len(placed) > len(before["orders"])
    for number, order in enumerate(after["orders"]):
        filled = sum(fill.quantity for fill in after["fills"] if fill.order_id == number)
        assert filled == order.quantity if order.status is OrderStatus.FILLED else filled < order.quantity


LIVES = st.lists(
    st.tuples(st.floats(0, 80), st.floats(0, 150), st.booleans()),  # seconds down, seconds up, stopped in order
    min_size=1,
    max_size=3,
)
DELAYS = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(0, 150)), st.one_of(st.sampled_from([0.0, 14.9]), st.floats(0, 20))),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(
    lives=st.tuples(LIVES, LIVES, LIVES),
    delays=st.tuples(DELAYS, DELAYS, DELAYS),
    ahead=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
)
def test_two_nodes_never_trade_at_once(lives, delays, ahead) -> None:
    """Whatever the delays, the clocks and the crashes: judged by true time, at every half second."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(_never_two(lives, delays, ahead))


async def _never_two(lives, delays, ahead) -> None:
    remote = shared_lease()
    names = ("a", "b", "c")
    remote.contenders = dict.fromkeys(names, remote_clock())  # they know of each other
    alive: dict[str, Node] = {}

    async def living(number: int) -> None:
        leases: Leases = SlowLeases(remote, iter(delays[number]))
        for down, up, in_order in lives[number]:
            await asyncio.sleep(down)
            node = alive[names[number]] = Node(name=names[number], leases=leases, ahead=ahead[number])
            async with node.running() as supervisor:
                await asyncio.sleep(up)
                if in_order:
                    supervisor.stop()
                    await asyncio.sleep(10)
            del alive[names[number]]

    lived = asyncio.gather(*map(living, range(3)))
    while not lived.done():
        assert len(traders(*alive.values())) <= 1
        await asyncio.sleep(0.5)
    await lived
