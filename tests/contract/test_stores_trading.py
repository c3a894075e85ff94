"""Orders, fills, risk settings and equity on record, on every adapter."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import islice

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.ports.trading import OrderFilter
from domain.errors import Conflict, NotFound, RuleViolated
from domain.shared.ids import UserId
from domain.shared.money import Money
from domain.trading.in_flight import InFlight
from domain.trading.order import OrderStatus, Side, TradingMode
from domain.trading.portfolio import EquityPoint
from domain.trading.risk import Halt, RiskLimits
from support import generate
from support.build import (
    BTC,
    ETH,
    START,
    a_fill,
    a_limit_order,
    a_portfolio,
    a_stop_order,
    an_accepted_order,
    an_account,
    an_id,
    an_order,
    minutes,
    refused,
    some_marks,
)
from support.stores import KINDS, opened

pytestmark = pytest.mark.anyio

ANY = OrderFilter()


@pytest.fixture(params=KINDS)
async def database(request, tmp_path):
    async with opened(request.param, tmp_path) as database:
        yield database


@pytest.mark.parametrize(
    "order",
    [
        an_order(),
        a_limit_order("0.000000000000000001", side=Side.SELL, quantity="123456789.123456789"),
        a_stop_order(mode=TradingMode.LIVE, expires_at=START + minutes(1)),
        an_order(status=OrderStatus.REJECTED, decision=refused(), reason='it\'s "too" big: 漢字\n'),
        an_order(status=OrderStatus.PARTIALLY_FILLED, placed_by=UserId("user"), strategy="hold", reason=""),
    ],
    ids=lambda order: f"{order.type}-{order.status}",
)
async def test_orders_come_back_as_they_were(database, order):
    await database.write(lambda stores: stores.orders.add(order))

    assert await database.read(lambda stores: stores.orders.get(order.id)) == order


async def test_an_order_is_added_once_and_saved_after(database):
    order = an_order()
    changed = order.accept(START + minutes(5))

    with pytest.raises(NotFound):
        await database.write(lambda stores: stores.orders.save(order))
    with pytest.raises(NotFound):
        await database.read(lambda stores: stores.orders.get(order.id))
    await database.write(lambda stores: stores.orders.add(order))
    with pytest.raises(Conflict):
        await database.write(lambda stores: stores.orders.add(changed))
    await database.write(lambda stores: stores.orders.save(changed))

    assert await database.read(lambda stores: stores.orders.get(order.id)) == changed


async def test_open_orders_are_those_that_may_still_trade(database):
    orders = [an_order(status=status) for status in OrderStatus]

    def unit(stores):
        for order in orders:
            stores.orders.add(order)

    await database.write(unit)
    still = [order for order in orders if order.status.open]
    assert list(await database.read(lambda stores: stores.orders.open())) == still

    new, accepted, partly = still
    changes = [new.accept(START), accepted.cancel("enough", START), partly.fill(partly.remaining, START)]

    def change(stores):
        for order in changes:
            stores.orders.save(order)

    await database.write(change)
    assert list(await database.read(lambda stores: stores.orders.open())) == changes[:1]


async def test_in_flight_is_what_is_left_of_open_orders(database):
    new, limit, stop = an_order(quantity="5"), a_limit_order("100"), a_stop_order("90")
    partly = an_order(quantity="3").accept(START).fill(Decimal("1.000000000000000001"), START)
    over = an_order().cancel("enough", START)

    def unit(stores):
        for order in (new, limit, stop, partly, over):
            stores.orders.add(order)

    await database.write(unit)
    found = list(await database.read(lambda stores: stores.orders.in_flight()))
    assert found == [InFlight.of(order) for order in (new, limit, stop, partly)]
    assert found[-1].remaining == Decimal("1.999999999999999999")


async def test_order_pages_are_newest_first(database):
    btc1, eth2, btc3, eth4, btc5 = orders = [
        an_accepted_order(symbol=symbol) if symbol == BTC else an_order(symbol=symbol)
        for symbol in (BTC, ETH, BTC, ETH, BTC)
    ]

    def unit(stores):
        for order in (btc3, btc1, btc5, eth4, eth2):
            stores.orders.add(order)

    await database.write(unit)

    async def page(wanted, limit, before=None):
        return list(await database.read(lambda stores: stores.orders.page(wanted, before=before, limit=limit)))

    assert await page(ANY, 10) == orders[::-1]
    assert await page(ANY, 2) == [btc5, eth4]
    assert await page(ANY, 2, before=eth4.id) == [btc3, eth2]
    assert await page(ANY, 2, before=btc1.id) == []
    assert await page(OrderFilter(symbol=BTC), 2) == [btc5, btc3]
    assert await page(OrderFilter(symbol=BTC), 2, before=btc5.id) == [btc3, btc1]
    assert await page(OrderFilter(status=OrderStatus.NEW), 10) == [eth4, eth2]
    assert await page(OrderFilter(status=OrderStatus.NEW), 10, before=eth4.id) == [eth2]
    assert await page(OrderFilter(symbol=ETH, status=OrderStatus.NEW), 1) == [eth4]
    assert await page(OrderFilter(symbol=BTC, status=OrderStatus.NEW), 10) == []


async def test_an_idempotency_key_stands_for_one_order_of_its_user(database):
    alice, bob = UserId("alice"), UserId("bob")
    first, second = an_id(), an_id()

    def unit(stores):
        stores.idempotency_keys.add(alice, "key", first, "print")
        stores.idempotency_keys.add(bob, "key", second, "other print")

    await database.write(unit)

    async def find(user, key):
        return await database.read(lambda stores: stores.idempotency_keys.find(user, key))

    assert await find(alice, "key") == (first, "print")
    assert await find(bob, "key") == (second, "other print")
    assert await find(alice, "another") is None
    with pytest.raises(Conflict):
        await database.write(lambda stores: stores.idempotency_keys.add(alice, "key", second, "print"))
    assert await find(alice, "key") == (first, "print")


async def test_fills_are_recorded_once_and_listed_newest_first(database):
    order_id = an_id()
    f1, f2, f3, f4 = fills = [
        a_fill(symbol=symbol, order_id=order, fee="0.00000001", strategy=strategy)
        for symbol, order, strategy in (
            (BTC, order_id, None), (ETH, an_id(), "hold"), (BTC, order_id, "hold"), (BTC, an_id(), None)
        )
    ]  # fmt: skip

    def unit(stores):
        for fill in (f3, f1, f4, f2):
            stores.fills.add(fill)

    await database.write(unit)

    async def page(symbol, limit, before=None):
        return list(await database.read(lambda stores: stores.fills.page(symbol=symbol, before=before, limit=limit)))

    assert await page(None, 10) == fills[::-1]
    assert await page(None, 2, before=f4.id) == [f3, f2]
    assert await page(BTC, 2) == [f4, f3]
    assert await page(BTC, 2, before=f3.id) == [f1]
    assert list(await database.read(lambda stores: stores.fills.of(order_id))) == [f3, f1]
    with pytest.raises(Conflict):
        await database.write(lambda stores: stores.fills.add(f1))


async def test_the_portfolio_is_the_fold_of_all_fills_in_the_order_of_their_execution(database):
    assert await database.read(lambda stores: stores.fills.portfolio()) == a_portfolio()

    first, second = a_fill(price="100"), a_fill(price="120", executed_at=START + minutes(1))
    sold = a_fill(price="130", executed_at=START + minutes(2), side=Side.SELL)
    for fill in (first, sold):
        await database.write(lambda stores, fill=fill: stores.fills.add(fill))
    assert await database.read(lambda stores: stores.fills.portfolio()) == a_portfolio(first, sold)
    await database.write(lambda stores: stores.fills.add(second))

    for run in (database.read, database.write):
        assert await run(lambda stores: stores.fills.portfolio()) == a_portfolio(first, second, sold)


async def test_a_late_fill_that_is_undone_leaves_the_portfolio_as_it_was(database):
    first, late = a_fill(executed_at=START + minutes(1)), a_fill(price="200")

    def too_late(stores):
        stores.fills.add(late)
        assert stores.fills.portfolio() == a_portfolio(late, first)
        raise Conflict("no")

    await database.write(lambda stores: (stores.fills.add(first), stores.fills.portfolio()))
    with pytest.raises(Conflict):
        await database.write(too_late)

    for run in (database.read, database.write):
        assert await run(lambda stores: stores.fills.portfolio()) == a_portfolio(first)


@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("kind", KINDS)
def test_fills_recorded_in_any_order_give_the_same_portfolio(tmp_path, kind, data):
    in_order = [
        evolve(fill, id=an_id(number), executed_at=START + minutes(number // 3))
        for number, fill in enumerate(data.draw(generate.fill_sequences()))
    ]
    left = iter(data.draw(st.permutations(in_order)))
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=len(in_order), max_size=len(in_order)))
    groups = [list(islice(left, size)) for size in sizes]

    async def run():
        async with opened(kind, tmp_path) as database:
            for group in groups:
                await database.write(lambda stores, group=group: add_and_look(stores, group))
                with suppress(RuleViolated):
                    await database.read(lambda stores: stores.fills.portfolio())
            return [await run(lambda stores: stores.fills.portfolio()) for run in (database.read, database.write)]

    def add_and_look(stores, group):
        for fill in group:
            stores.fills.add(fill)
        with suppress(RuleViolated):  # what is sold may have been bought by a fill that is still to come
            stores.fills.portfolio()

    assert asyncio.run(run()) == [a_portfolio(*in_order)] * 2


async def test_fills_that_cannot_be_folded_are_told_every_time(database):
    await database.write(lambda stores: stores.fills.add(a_fill(side=Side.SELL)))

    for run in (database.read, database.write, database.read):
        with pytest.raises(RuleViolated):
            await run(lambda stores: stores.fills.portfolio())


async def test_a_record_is_begun_with_one_account(database):
    assert await database.read(lambda stores: stores.accounts.opened()) is None
    account = an_account(starting_balance=Money(Decimal("2500.50")))
    await database.write(lambda stores: stores.accounts.open(account))
    assert await database.read(lambda stores: stores.accounts.opened()) == account
    with pytest.raises(Conflict):
        await database.write(lambda stores: stores.accounts.open(an_account()))
    assert await database.read(lambda stores: stores.accounts.opened()) == account


async def test_risk_settings_are_absent_until_set(database):
    limits = RiskLimits(max_position=Decimal("0.123456789"), max_open_orders=7)
    halt = Halt(halted=True, reason="lunch", changed_by=UserId("alice"), changed_at=START)
    marks = some_marks("10000.000000000000000000000000000000000001")

    def settings(stores):
        return stores.risk.limits(), stores.risk.halt(), stores.risk.marks()

    def unit(stores):
        stores.risk.set_limits(limits)
        stores.risk.set_halt(halt)
        stores.risk.set_marks(marks)

    assert await database.read(settings) == (None, None, None)
    await database.write(unit)
    assert await database.read(settings) == (limits, halt, marks)
    await database.write(lambda stores: stores.risk.set_halt(Halt()))
    await database.write(lambda stores: stores.risk.set_limits(RiskLimits()))
    assert await database.read(settings) == (RiskLimits(), Halt(), marks)


async def test_equity_has_one_point_for_each_time(database):
    points = [
        EquityPoint(time=START + timedelta(hours=hour), equity=Money(Decimal(hour)), cash=Money(Decimal("-0.5")))
        for hour in range(5)
    ]
    again = EquityPoint(time=points[0].time, equity=Money(Decimal(999)), cash=Money(Decimal(0)))
    await database.write(lambda stores: stores.equity.add([*points[::-1], again]))

    async def page(start, end, limit):
        return list(await database.read(lambda stores: stores.equity.page(start=start, end=end, limit=limit)))

    at = [point.time for point in points]
    assert await page(None, None, 10) == points
    assert await page(None, None, 2) == points[3:]
    assert await page(None, at[3], 2) == points[1:3]
    assert await page(at[1], None, 2) == points[1:3]
    assert await page(at[1], at[3], 10) == points[1:3]
