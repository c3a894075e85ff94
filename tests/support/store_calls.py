"""Hypothesis strategies for calls to the stores, from a world so small that they meet."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import field, frozen
from hypothesis import strategies as st

from application.ports.strategy import Mark, Memory
from application.ports.trading import OrderFilter
from application.ports.transactions import Stores
from domain.errors import DomainError
from domain.market.candle import Gap
from domain.market.listing import Listing, SymbolListed
from domain.market.timeframe import Timeframe
from domain.notifications.message import Message, Notification, Severity
from domain.strategy.catalogue import StrategyConfig
from domain.trading.order import OrderStatus, Side
from domain.trading.portfolio import EquityPoint
from domain.trading.risk import Halt, RiskLimits
from support.build import BTC, ETH, START, a_candle, a_fill, a_symbol, an_account, an_id, an_order, some_marks


@frozen
class Call:
    """One method of one store."""

    store: str
    method: str
    positional: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(factory=dict)

    def on(self, stores: Stores) -> Any:
        """What it returns, in a form that compares; a domain error is caught and is a result too."""
        try:
            found = getattr(getattr(stores, self.store), self.method)(*self.positional, **self.named)
        except DomainError as error:
            return type(error), error.code, error.detail
        if isinstance(found, Mapping):
            return dict(found)
        return list(found) if isinstance(found, list | tuple) else found


def call(path: str, *positional: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]) -> st.SearchStrategy[Call]:
    store, method = path.split(".")
    return st.builds(Call, st.just(store), st.just(method), st.tuples(*positional), st.fixed_dictionaries(named))


ids = st.integers(0, 5).map(an_id)
symbols = st.sampled_from([BTC, ETH])
timeframes = st.sampled_from([Timeframe.M5, Timeframe.H1])
times = st.integers(0, 6).map(lambda hours: START + timedelta(hours=hours))
prices = st.sampled_from([Decimal(price) for price in ("1", "99.5", "100", "1E+2", "0.00000001")])
limits = st.integers(1, 4)
maybe_times, maybe_ids = st.none() | times, st.none() | ids
texts = st.text(max_size=4)
users = st.sampled_from(["alice", "bob"])
numbers = st.floats(allow_nan=False, allow_infinity=False)


def many(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=4)


candles = st.builds(a_candle, symbol=symbols, timeframe=timeframes, open_time=times, open=prices, close=prices)
orders = st.builds(an_order, id=ids, symbol=symbols, status=st.sampled_from(OrderStatus), reason=st.none() | texts)
fills = st.builds(
    a_fill,
    id=ids,
    order_id=ids,
    symbol=symbols,
    price=prices,
    executed_at=times,
    side=st.sampled_from([Side.BUY, Side.BUY, Side.BUY, Side.SELL]),
    strategy=st.sampled_from([None, "hold"]),
)
gaps = st.builds(Gap, symbol=symbols, timeframe=timeframes, start=times, end=times)
events = st.builds(SymbolListed, id=ids, at=times, symbol=symbols)
marks = st.builds(Mark, times, times, prices)
states = st.dictionaries(texts, st.one_of(st.none(), st.booleans(), numbers, st.lists(numbers, max_size=2)), max_size=2)
memories = st.builds(Memory, strategy=st.sampled_from(["hold", "other"]), symbol=symbols, state=states)
messages = st.builds(Message, kind=texts, severity=st.sampled_from(Severity), title=texts, body=texts)
told = st.builds(Notification, id=ids, message=messages, channel=texts, sent_at=times, error=st.none() | texts)
filters = st.builds(OrderFilter, symbol=st.none() | symbols, status=st.none() | st.sampled_from(OrderStatus))

writes = st.one_of(
    call("symbols.save", many(st.builds(a_symbol, symbols, price_tick=prices))),
    call("candles.add", many(candles)),
    call("gaps.add", gaps),
    call("gaps.remove", gaps),
    call("listings.add", st.builds(Listing, symbol=symbols, listed_at=times)),
    call("orders.add", orders),
    call("orders.save", orders),
    call("idempotency_keys.add", users, texts, ids, texts),
    call("fills.add", fills),
    call("risk.set_limits", st.builds(RiskLimits, max_open_orders=limits)),
    call("accounts.open", st.sampled_from([an_account(), an_account(currency="EUR")])),
    call("risk.set_halt", st.builds(Halt, halted=st.booleans(), reason=texts, changed_at=maybe_times)),
    call("risk.set_marks", st.builds(some_marks, prices)),
    call("equity.add", many(st.builds(EquityPoint, time=times, equity=prices, cash=prices))),
    call("strategies.save", st.builds(StrategyConfig, name=st.sampled_from(["hold"]), enabled=st.booleans())),
    call("memories.save", timeframes, st.dictionaries(symbols, marks), many(memories)),
    call("memories.forget", st.sampled_from(["hold", "other"])),
    call("outbox.add", many(events)),
    call("outbox.handled", many(ids)),
    call("notifications.add", told),
)

reads = st.one_of(
    call("symbols.all"),
    call("candles.page", symbols, timeframes, start=maybe_times, end=maybe_times, limit=limits),
    call("candles.after", symbols, timeframes, maybe_times, limits),
    call("candles.before", symbols, timeframes, times, limits),
    call("candles.newest", timeframes),
    call("gaps.all"),
    call("listings.newest", limits, before=st.none() | symbols),
    call("orders.get", ids),
    call("orders.open"),
    call("orders.in_flight"),
    call("orders.page", filters, before=maybe_ids, limit=limits),
    call("idempotency_keys.find", users, texts),
    call("fills.page", symbol=st.none() | symbols, before=maybe_ids, limit=limits),
    call("fills.of", ids),
    call("fills.portfolio"),
    call("risk.limits"),
    call("accounts.opened"),
    call("risk.halt"),
    call("risk.marks"),
    call("equity.page", start=maybe_times, end=maybe_times, limit=limits),
    call("strategies.all"),
    call("memories.traded", timeframes),
    call("memories.all"),
    call("outbox.waiting", limits),
    call("notifications.page", before=maybe_ids, limit=limits),
)
