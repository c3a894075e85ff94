"""What is on record, with ids left out or replaced, so that two runs can be compared."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from application.ports.trading import OrderFilter
from application.ports.transactions import Stores
from domain.market.timeframe import Timeframe

ALL = 1_000_000


def everything(stores: Stores) -> Mapping[str, Any]:
    """All that a run of the loops leaves behind, the same for the same run whatever its ids are."""
    orders = [*reversed(stores.orders.page(OrderFilter(), before=None, limit=ALL))]
    numbers = {order.id: number for number, order in enumerate(orders)}
    fills = [fill for order in orders for fill in stores.fills.of(order.id)]
    timeframe = Timeframe.M5
    return {
        "portfolio": stores.fills.portfolio(),
        "orders": [evolve(order, id="") for order in orders],
        "fills": [evolve(fill, id="", order_id=numbers[fill.order_id]) for fill in fills],
        "candles": {
            symbol: stores.candles.after(symbol, timeframe, None, ALL) for symbol in stores.candles.newest(timeframe)
        },
        "marks": dict(stores.memories.traded(timeframe)),
        "memories": {(memory.strategy, memory.symbol): dict(memory.state) for memory in stores.memories.all()},
        "risk": stores.risk.marks(),
        "equity": stores.equity.page(start=None, end=None, limit=ALL),
        "symbols": stores.symbols.all(),
        "listings": stores.listings.newest(ALL),
        "gaps": stores.gaps.all(),
        "told": sorted(
            (notification.message.title, notification.message.body)
            for notification in stores.notifications.page(before=None, limit=ALL)
        ),
        "untold": len(stores.outbox.waiting(ALL)),
    }
