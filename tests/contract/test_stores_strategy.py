"""Strategies, their memories and the marks of trading on record, on every adapter."""

from decimal import Decimal

import pytest

from application.ports.strategy import Mark, Memory
from domain.market.timeframe import Timeframe
from domain.shared.money import Price
from domain.strategy.catalogue import DEFAULT_STRATEGIES, StrategyConfig
from support.build import BTC, ETH, START, minutes
from support.stores import KINDS, opened

pytestmark = pytest.mark.anyio

M5, H1 = Timeframe.M5, Timeframe.H1


@pytest.fixture(params=KINDS)
async def database(request, tmp_path):
    async with opened(request.param, tmp_path) as database:
        yield database


def mark(minute: int, close: str = "100") -> Mark:
    return Mark(START + minutes(minute), START + minutes(minute + 5), Price(Decimal(close)))


async def test_strategies_are_kept_by_name(database):
    def unit(stores):
        for config in DEFAULT_STRATEGIES[::-1]:
            stores.strategies.save(config)

    await database.write(unit)
    by_name = sorted(DEFAULT_STRATEGIES, key=lambda config: config.name)
    assert list(await database.read(lambda stores: stores.strategies.all())) == by_name

    changed = StrategyConfig(
        name="ema_crossover",
        enabled=False,
        parameters={"fast": 3, "atr_multiple": "2.50"},
        symbols=(ETH, BTC),
        allocation=Decimal("0.333"),
    )
    await database.write(lambda stores: stores.strategies.save(changed))
    assert list(await database.read(lambda stores: stores.strategies.all())) == [changed, *by_name[1:]]


async def test_memories_keep_every_bit(database):
    state = {
        "sum": 0.1 + 0.2,
        "tiny": 5e-324,
        "huge": 1.7976931348623157e308,
        "negative_zero": -0.0,
        "whole": 3.0,
        "count": 2**53 + 1,
        "above": None,
        "below": True,
        "window": [1.1, 2.2],
        "nested": {"text": "漢字"},
    }
    memory = Memory(strategy="hold", symbol=BTC, state=state)
    await database.write(lambda stores: stores.memories.save(M5, {}, [memory]))

    (found,) = await database.read(lambda stores: stores.memories.all())

    assert found == memory
    assert repr(found.state) == repr(state)


async def test_a_memory_is_a_copy(database):
    window = [1.0]
    memory = Memory(strategy="hold", symbol=BTC, state={"window": window})
    await database.write(lambda stores: stores.memories.save(M5, {}, [memory]))
    window.append(2.0)

    (found,) = await database.read(lambda stores: stores.memories.all())
    found.state["window"].append(3.0)
    (again,) = await database.read(lambda stores: stores.memories.all())

    assert again.state == {"window": [1.0]}


async def test_a_memory_that_is_no_number_is_refused(database):
    memory = Memory(strategy="hold", symbol=BTC, state={"average": float("nan")})

    with pytest.raises(ValueError, match="JSON"):
        await database.write(lambda stores: stores.memories.save(M5, {BTC: mark(0)}, [memory]))

    assert not await database.read(lambda stores: stores.memories.traded(M5))


async def test_marks_and_memories_move_together(database):
    first = [Memory(strategy=name, symbol=symbol, state={"seen": 1}) for name in ("a", "b") for symbol in (BTC, ETH)]
    await database.write(lambda stores: stores.memories.save(M5, {BTC: mark(0), ETH: mark(5, "0.10")}, first))
    await database.write(lambda stores: stores.memories.save(H1, {BTC: mark(60)}, []))
    moved = Memory(strategy="b", symbol=BTC, state={"seen": 2})
    await database.write(lambda stores: stores.memories.save(M5, {BTC: mark(10)}, [moved]))

    assert dict(await database.read(lambda stores: stores.memories.traded(M5))) == {
        BTC: mark(10),
        ETH: mark(5, "0.1"),
    }
    assert dict(await database.read(lambda stores: stores.memories.traded(H1))) == {BTC: mark(60)}
    assert list(await database.read(lambda stores: stores.memories.all())) == [first[0], first[1], moved, first[3]]

    await database.write(lambda stores: stores.memories.forget("a"))
    assert list(await database.read(lambda stores: stores.memories.all())) == [moved, first[3]]
    assert len(await database.read(lambda stores: stores.memories.traded(M5))) == 2
