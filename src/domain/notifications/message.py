"""Messages: events put into words."""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from attrs import evolve, frozen

from domain.market.listing import GapDetected, SymbolListed
from domain.market.symbol import Source
from domain.shared.events import Event
from domain.shared.ids import NotificationId
from domain.shared.money import exact, text
from domain.sync.events import TradingHandedOver, TradingTakenOver, WritesOverwritten
from domain.trading.events import OrderEnded, OrderFilled, TradingHalted, TradingResumed


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@frozen(kw_only=True)
class Message:
    """What to tell: a kind to route by, and plain text to read."""

    kind: str
    severity: Severity
    title: str
    body: str


@frozen(kw_only=True)
class Notification:
    """A message that was sent: when, over which channel, and why not if it failed for good."""

    id: NotificationId
    message: Message
    channel: str
    sent_at: datetime
    error: str | None = None


@frozen(kw_only=True)
class NotificationRequested(Event):
    """Somebody asked for a test message."""

    by: str


TellableEvent = (
    OrderFilled
    | OrderEnded
    | TradingHalted
    | TradingResumed
    | SymbolListed
    | GapDetected
    | WritesOverwritten
    | TradingTakenOver
    | TradingHandedOver
    | NotificationRequested
)
"""Every event the outbox may hold."""


def message_for(event: TellableEvent, source: Source) -> Message:
    """The words for `event` of a market; what is paper says so, and what is not a real market says what it is."""
    message = _words(event)
    return message if source is Source.LIVE else evolve(message, title=f"[{source}] {message.title}")


def _words(event: TellableEvent) -> Message:
    match event:
        case OrderFilled():
            return _filled(event)
        case OrderEnded():
            return Message(
                kind="order_ended",
                severity=Severity.WARNING,
                title=f"[{event.mode}] {event.side} {text(event.quantity)} {event.symbol} {event.status}",
                body=event.reason,
            )
        case TradingHalted():
            return Message(
                kind="trading_halted",
                severity=Severity.CRITICAL,
                title="Trading halted",
                body=f"{event.reason} (by {event.by or 'the service'})",
            )
        case TradingResumed():
            return Message(
                kind="trading_resumed",
                severity=Severity.WARNING,
                title="Trading resumed",
                body=f"by {event.by or 'the service'}",
            )
        case SymbolListed():
            return Message(
                kind="symbol_listed",
                severity=Severity.INFO,
                title=f"{event.symbol} was listed",
                body="A new symbol can be traded.",
            )
        case GapDetected():
            return Message(
                kind="gap_detected",
                severity=Severity.WARNING,
                title=f"Candles missing: {event.missing} of {event.symbol}",
                body=f"from {event.start:%Y-%m-%d %H:%M} UTC",
            )
        case WritesOverwritten():
            return _overwritten(event)
        case TradingTakenOver():
            return Message(
                kind="trading_taken_over",
                severity=Severity.WARNING,
                title="Trading taken over",
                body=f"the node {event.node} places the orders from now on",
            )
        case TradingHandedOver():
            return _handed_over(event)
        case NotificationRequested():
            return Message(kind="test", severity=Severity.INFO, title="Test message", body=f"requested by {event.by}")
        case _:
            assert_never(event)


def _overwritten(event: WritesOverwritten) -> Message:
    look = f"; for people to settle: {event.for_people}" if event.for_people else ""
    return Message(
        kind="writes_overwritten",
        severity=Severity.WARNING,
        title=f"Written on several nodes at once: {event.count}{look}",
        body=f"for example {event.example}; all of them are listed under /api/v1/system/sync/conflicts",
    )


def _handed_over(event: TradingHandedOver) -> Message:
    why = f"the node {event.to} does" if event.to else "its lease ran out and could not be renewed"
    return Message(
        kind="trading_handed_over",
        severity=Severity.WARNING if event.to else Severity.CRITICAL,
        title="Trading handed over" if event.to else "Trading stopped on this node",
        body=f"the node {event.node} places no orders any more: {why}",
    )


@exact
def _filled(event: OrderFilled) -> Message:
    value = event.quantity * event.price
    part = "" if event.complete else " (in part)"
    why = f"{event.strategy}: {event.reason}" if event.strategy else event.reason or "placed by hand"
    return Message(
        kind="order_filled",
        severity=Severity.INFO,
        title=f"[{event.mode}] {event.side} {text(event.quantity)} {event.symbol} at {text(event.price)}{part}",
        body=f"worth {text(value)}, fee {text(event.fee)}; {why}",
    )
