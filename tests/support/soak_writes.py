"""What a bot in a soak may write: each act yields rows, by table and key, and how to write them."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from attrs import evolve

from adapters.sql import tables
from application.ports.trading import OrderFilter
from application.ports.transactions import Stores
from domain.shared.money import Quantity
from domain.sync.change import Key, key_of
from domain.trading.order import Order
from domain.trading.risk import Halt, RiskLimits
from support.build import START, a_candle, a_fill, a_limit_order, a_symbol, minutes

MARKETS = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
CANDLES = 2000
RECENT = 30
"""How many of the newest orders may still be moved."""

ONLY = key_of([tables.ONLY])

Rows = Iterator[tuple[str, Key, Callable[[], object]]]


def _fill(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    yield "fills", key_of([new_id]), lambda: stores.fills.add(a_fill(id=new_id, price=number))


def _candle(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    candle = a_candle(
        open_time=START + minutes(5 * chance.randrange(CANDLES)), close=chance.choice(["100", "100", "101"])
    )
    key = key_of([candle.symbol, candle.timeframe.value, f"{candle.open_time:%Y-%m-%dT%H:%M:%S.000Z}"])
    yield "candles", key, lambda: stores.candles.add([candle])


def _order(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    order = evolve(a_limit_order(id=new_id, quantity="100"), reason=number)
    yield "orders", key_of([new_id]), lambda: stores.orders.add(order)


def _move(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    """Take one of the newest orders a step further, whoever placed it."""
    page = stores.orders.page(OrderFilter(), before=None, limit=RECENT)
    if there := [order for order in page if order.status.open]:
        order = chance.choice(there)
        moved = evolve(_moved(order, chance), reason=number)
        yield "orders", key_of([order.id]), lambda: stores.orders.save(moved)
        if moved.filled_quantity > order.filled_quantity:
            fill = a_fill(id=new_id, order_id=order.id, price=number, quantity=moved.filled_quantity)
            yield "fills", key_of([new_id]), lambda: stores.fills.add(fill)


def _moved(order: Order, chance: random.Random) -> Order:
    at = order.updated_at + timedelta(seconds=1)
    if chance.random() < 0.6:
        return order.fill(order.remaining if chance.random() < 0.2 else min(order.remaining, Quantity(Decimal(1))), at)
    return order.cancel("", at) if chance.random() < 0.5 else order.expire(at)


def _limits(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    drawn = Decimal(f"0.{chance.randint(1, 9)}{number}")
    limits = stores.risk.limits() or RiskLimits()
    changed = chance.choice([{"max_position": drawn}, {"max_daily_loss": drawn}])
    yield "risk_limits", ONLY, lambda: stores.risk.set_limits(evolve(limits, **changed))


def _halt(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    halt = Halt(halted=chance.random() < 0.5, reason=number)
    yield "trading_halt", ONLY, lambda: stores.risk.set_halt(halt)


def _strategy(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    config = chance.choice(list(stores.strategies.all()))
    changed = evolve(config, allocation=Decimal(f"0.{chance.randint(1, 9)}{number}"), enabled=chance.random() < 0.5)
    yield "strategies", key_of([config.name]), lambda: stores.strategies.save(changed)


def _symbol(number: str, new_id: str, chance: random.Random, stores: Stores) -> Rows:
    symbol = a_symbol(chance.choice(MARKETS), price_tick=f"0.{number}", minimum_notional=number)
    yield "symbols", key_of([symbol.name]), lambda: stores.symbols.save([symbol])


ACTS = (_fill, _fill, _candle, _candle, _order, _move, _move, _move, _limits, _halt, _strategy, _symbol)
