"""Messages: every event has its words, and what is on paper says so."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from attrs import evolve

from domain.market.listing import GapDetected, SymbolListed
from domain.market.symbol import Source
from domain.notifications.message import Message, NotificationRequested, Severity, TellableEvent, message_for
from domain.shared.events import Event
from domain.shared.money import Money, Price, Quantity
from domain.sync.events import TradingHandedOver, TradingTakenOver, WritesOverwritten
from domain.trading.events import OrderEnded, OrderFilled, TradingHalted, TradingResumed
from domain.trading.order import Side, TradingMode
from support.build import BTC, START, an_id

NEWS: dict[str, Any] = {"id": an_id(1), "at": START}
ORDER: dict[str, Any] = {**NEWS, "order_id": an_id(2), "symbol": BTC, "mode": TradingMode.PAPER}
FILLED = OrderFilled(
    **ORDER,
    side=Side.BUY,
    quantity=Quantity(Decimal("0.500")),
    price=Price(Decimal("81804.90")),
    fee=Money(Decimal("40.90245000")),
    complete=True,
)
ENDED = OrderEnded(
    **ORDER,
    side=Side.SELL,
    quantity=Quantity(Decimal(2)),
    status="cancelled",
    reason="insufficient holding at the fill",
)

WORDS: dict[str, tuple[Event, Message]] = {
    "filled": (
        FILLED,
        Message(
            kind="order_filled",
            severity=Severity.INFO,
            title="[paper] buy 0.5 BTC/USDT at 81804.9",
            body="worth 40902.45, fee 40.90245; placed by hand",
        ),
    ),
    "filled in part for a strategy": (
        evolve(FILLED, complete=False, strategy="hold", reason="nothing held yet"),
        Message(
            kind="order_filled",
            severity=Severity.INFO,
            title="[paper] buy 0.5 BTC/USDT at 81804.9 (in part)",
            body="worth 40902.45, fee 40.90245; hold: nothing held yet",
        ),
    ),
    "filled live": (
        evolve(FILLED, mode=TradingMode.LIVE),
        Message(
            kind="order_filled",
            severity=Severity.INFO,
            title="[live] buy 0.5 BTC/USDT at 81804.9",
            body="worth 40902.45, fee 40.90245; placed by hand",
        ),
    ),
    "ended": (
        ENDED,
        Message(
            kind="order_ended",
            severity=Severity.WARNING,
            title="[paper] sell 2 BTC/USDT cancelled",
            body="insufficient holding at the fill",
        ),
    ),
    "halted by a person": (
        TradingHalted(**NEWS, reason="too hot", by="anna"),
        Message(kind="trading_halted", severity=Severity.CRITICAL, title="Trading halted", body="too hot (by anna)"),
    ),
    "halted by the service": (
        TradingHalted(**NEWS, reason="drawdown", by=None),
        Message(
            kind="trading_halted", severity=Severity.CRITICAL, title="Trading halted", body="drawdown (by the service)"
        ),
    ),
    "resumed": (
        TradingResumed(**NEWS, by="anna"),
        Message(kind="trading_resumed", severity=Severity.WARNING, title="Trading resumed", body="by anna"),
    ),
    "listed": (
        SymbolListed(**NEWS, symbol=BTC),
        Message(
            kind="symbol_listed",
            severity=Severity.INFO,
            title="BTC/USDT was listed",
            body="A new symbol can be traded.",
        ),
    ),
    "a gap": (
        GapDetected(**NEWS, symbol=BTC, missing=3, start=START),
        Message(
            kind="gap_detected",
            severity=Severity.WARNING,
            title="Candles missing: 3 of BTC/USDT",
            body="from 2025-01-01 12:00 UTC",
        ),
    ),
    "overwritten": (
        WritesOverwritten(**NEWS, count=3, for_people=1, example="status of orders: filled was kept"),
        Message(
            kind="writes_overwritten",
            severity=Severity.WARNING,
            title="Written on several nodes at once: 3; for people to settle: 1",
            body="for example status of orders: filled was kept; "
            "all of them are listed under /api/v1/system/sync/conflicts",
        ),
    ),
    "taken over": (
        TradingTakenOver(**NEWS, node="attic"),
        Message(
            kind="trading_taken_over",
            severity=Severity.WARNING,
            title="Trading taken over",
            body="the node attic places the orders from now on",
        ),
    ),
    "handed over": (
        TradingHandedOver(**NEWS, node="attic", to="cellar"),
        Message(
            kind="trading_handed_over",
            severity=Severity.WARNING,
            title="Trading handed over",
            body="the node attic places no orders any more: the node cellar does",
        ),
    ),
    "lapsed": (
        TradingHandedOver(**NEWS, node="attic", to=None),
        Message(
            kind="trading_handed_over",
            severity=Severity.CRITICAL,
            title="Trading stopped on this node",
            body="the node attic places no orders any more: its lease ran out and could not be renewed",
        ),
    ),
    "a test": (
        NotificationRequested(**NEWS, by="anna"),
        Message(kind="test", severity=Severity.INFO, title="Test message", body="requested by anna"),
    ),
}


@pytest.mark.parametrize(("event", "message"), WORDS.values(), ids=WORDS.keys())
def test_an_event_has_its_words(event: TellableEvent, message: Message) -> None:
    assert message_for(event, Source.LIVE) == message


def test_no_event_is_left_without_words() -> None:
    assert {type(event) for event, _ in WORDS.values()} == set(get_args(TellableEvent))


@pytest.mark.parametrize("mode", TradingMode)
@pytest.mark.parametrize("event", [FILLED, ENDED])
def test_every_message_about_an_order_begins_with_its_mode(event: OrderFilled | OrderEnded, mode: TradingMode) -> None:
    assert message_for(evolve(event, mode=mode), Source.LIVE).title.startswith(f"[{mode}] ")


@pytest.mark.parametrize("source", [Source.SIMULATED, Source.REPLAY])
@pytest.mark.parametrize(("event", "message"), WORDS.values(), ids=WORDS.keys())
def test_news_of_a_market_that_is_not_real_says_so(event: TellableEvent, message: Message, source: Source) -> None:
    assert message_for(event, source) == evolve(message, title=f"[{source}] {message.title}")
