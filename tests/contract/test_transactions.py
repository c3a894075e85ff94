"""What `Transactions` promises, on every adapter: all or nothing, alone, and in order."""

from asyncio import gather

import pytest

from application.ports.strategy import Memory
from application.ports.transactions import Stores
from domain.errors import Conflict, Unavailable
from domain.market.timeframe import Timeframe
from domain.shared.ids import UserId
from domain.shared.money import Money
from domain.trading.order import OrderStatus, Side
from domain.trading.risk import RiskLimits
from support.build import BTC, a_fill, an_id, an_order
from support.stores import KINDS, opened

pytestmark = pytest.mark.anyio


@pytest.fixture(params=KINDS)
async def database(request, tmp_path):
    async with opened(request.param, tmp_path) as database:
        yield database


class Broken(Exception):
    """Raised by a unit on purpose."""


def failing(unit):
    """The same unit, raising after its work."""

    def run(stores: Stores) -> None:
        unit(stores)
        raise Broken

    return run


async def test_what_a_unit_wrote_is_there_for_the_next(database):
    order = an_order()
    await database.write(lambda stores: stores.orders.add(order))

    assert await database.read(lambda stores: stores.orders.get(order.id)) == order


async def test_both_return_what_the_unit_returns(database):
    assert await database.read(lambda _: "read") == "read"
    assert await database.write(lambda _: "written") == "written"
    assert await database.write(lambda _: None, durable=False) is None


async def test_a_unit_sees_what_it_wrote(database):
    order = an_order()

    def unit(stores):
        stores.orders.add(order)
        return stores.orders.open()

    assert list(await database.write(unit)) == [order]


async def test_a_unit_that_raises_leaves_nothing(database):
    kept, lost = an_order(), an_order()
    await database.write(lambda stores: stores.orders.add(kept))

    def unit(stores):
        stores.orders.save(kept.accept(kept.created_at))
        stores.orders.add(lost)
        stores.memories.save(Timeframe.M5, {}, [Memory(strategy="hold", symbol=BTC, state={})])

    with pytest.raises(Broken):
        await database.write(failing(unit))

    assert list(await database.read(lambda stores: stores.orders.open())) == [kept]
    assert not await database.read(lambda stores: stores.memories.all())


async def test_the_error_of_a_unit_arrives_as_it_was_raised(database):
    error = Conflict("because", code="a_reason", field="a_field")

    def unit(_):
        raise error

    for run in (database.read, database.write):
        with pytest.raises(Conflict) as caught:
            await run(unit)
        assert caught.value is error


async def test_a_unit_may_survive_a_refusal(database):
    first, second = an_order(), an_order()

    def unit(stores):
        stores.orders.add(first)
        with pytest.raises(Conflict):
            stores.orders.add(first)
        stores.orders.add(second)

    await database.write(unit)

    assert list(await database.read(lambda stores: stores.orders.open())) == [first, second]


async def test_reading_refuses_to_write(database):
    order, fill = an_order(), a_fill()
    await database.write(lambda stores: stores.orders.add(order))
    attempts = [
        lambda stores: stores.orders.add(an_order()),
        lambda stores: stores.orders.add(order),
        lambda stores: stores.orders.save(order.accept(order.created_at)),
        lambda stores: stores.fills.add(fill),
        lambda stores: stores.risk.set_limits(RiskLimits()),
        lambda stores: stores.memories.forget("hold"),
        lambda stores: stores.outbox.handled([an_id()]),
    ]

    for attempt in attempts:
        with pytest.raises(RuntimeError, match="must not write"):
            await database.read(attempt)

    assert list(await database.read(lambda stores: stores.orders.open())) == [order]
    assert await database.read(lambda stores: stores.risk.limits()) is None


async def test_concurrent_increments_all_count(database):
    await database.write(lambda stores: stores.risk.set_limits(RiskLimits(max_open_orders=1)))

    def increment(stores):
        count = stores.risk.limits().max_open_orders
        stores.risk.set_limits(RiskLimits(max_open_orders=count + 1))
        return count

    counts = await gather(*(database.write(increment) for _ in range(10)))

    assert counts == list(range(1, 11))
    assert (await database.read(lambda stores: stores.risk.limits())).max_open_orders == 11


async def test_increments_that_fail_do_not_count(database):
    await database.write(lambda stores: stores.risk.set_limits(RiskLimits(max_open_orders=1)))

    def increment(stores):
        count = stores.risk.limits().max_open_orders
        stores.risk.set_limits(RiskLimits(max_open_orders=count + 1))
        return count

    units = [failing(increment) if number % 3 == 0 else increment for number in range(15)]
    outcomes = await gather(*map(database.write, units), return_exceptions=True)

    assert [outcome for outcome in outcomes if not isinstance(outcome, Broken)] == list(range(1, 11))
    assert (await database.read(lambda stores: stores.risk.limits())).max_open_orders == 11


async def test_nobody_reads_half_of_a_unit(database):
    def pair(order):
        def unit(stores):
            stores.orders.add(order)
            stores.idempotency_keys.add(UserId("user"), order.id, order.id, "fingerprint")

        return unit

    def without_key(stores):
        orders = list(stores.orders.open())
        missing = [order for order in orders if stores.idempotency_keys.find(UserId("user"), order.id) is None]
        return len(orders), missing, list(stores.orders.open()) == orders

    orders = [an_order() for _ in range(60)]
    work = [[database.write(pair(order)), database.read(without_key)] for order in orders]
    outcomes = await gather(*(task for both in work for task in both))

    for seen, missing, steady in outcomes[1::2]:
        assert (seen <= len(orders), missing, steady) == (True, [], True)
    assert await database.read(without_key) == (len(orders), [], True)


@pytest.mark.parametrize("culprits", [{0}, {4}, {9}, {0, 1, 2}, {0, 5, 9}, set(range(10))])
async def test_one_that_fails_takes_no_other_down(database, culprits):
    orders = [an_order() for _ in range(10)]

    def adding(number):
        unit = lambda stores: stores.orders.add(orders[number])  # noqa: E731
        return failing(unit) if number in culprits else unit

    outcomes = await gather(*(database.write(adding(n)) for n in range(10)), return_exceptions=True)

    assert {number for number, outcome in enumerate(outcomes) if isinstance(outcome, Broken)} == culprits
    kept = [order for number, order in enumerate(orders) if number not in culprits]
    assert list(await database.read(lambda stores: stores.orders.open())) == kept


async def test_the_portfolio_forgets_fills_that_were_undone(database):
    bought, undone, after = a_fill(price="100"), a_fill(price="200"), a_fill(price="300")

    def buying(fill):
        def unit(stores):
            stores.fills.add(fill)
            return stores.fills.portfolio().cash

        return unit

    assert await database.write(buying(bought)) == Money(9900)
    with pytest.raises(Broken):
        await database.write(failing(buying(undone)))
    assert (await database.read(lambda stores: stores.fills.portfolio())).cash == Money(9900)
    assert await database.write(buying(after)) == Money(9600)

    outcomes = await gather(
        database.write(buying(a_fill(price="10"))),
        database.write(failing(buying(a_fill(price="1000")))),
        database.write(buying(a_fill(price="20", side=Side.SELL))),
        return_exceptions=True,
    )
    assert [outcomes[0], outcomes[2]] == [Money(9590), Money(9610)]
    assert (await database.read(lambda stores: stores.fills.portfolio())).cash == Money(9610)


async def test_the_end_of_an_iterator_is_an_error_like_others(database):
    for run in (database.read, database.write):
        with pytest.raises(RuntimeError, match="StopIteration"):
            await run(lambda _: next(iter(())))


async def test_a_closed_database_refuses(database):
    order = an_order(status=OrderStatus.ACCEPTED)
    await database.write(lambda stores: stores.orders.add(order))
    await database.close()
    await database.close()

    for run in (database.read, database.write):
        with pytest.raises(Unavailable) as caught:
            await run(lambda stores: stores.orders.open())
        assert caught.value.code == "database_unavailable"

    await database.open()
    assert list(await database.read(lambda stores: stores.orders.open())) == [order]
