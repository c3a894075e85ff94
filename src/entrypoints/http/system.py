"""What the service is doing, at once and as it changes."""

from functools import partial

import msgspec

from application.trading.list_trades import ListTrades
from domain.errors import Unavailable
from domain.identity.permission import Permission
from domain.shared import time
from entrypoints.http.endpoint import Endpoint, EventStream
from entrypoints.http.inputs import Nothing
from entrypoints.http.probes import health_view
from entrypoints.http.routing import EVENTS
from entrypoints.http.services import Services
from entrypoints.http.views.orders import trade_view
from entrypoints.http.views.portfolio import portfolio_view, position_views
from entrypoints.http.views.risk import halt_view
from entrypoints.http.views.system import SnapshotView, SystemStatusView, job_view

TRADES = 20
"""How many trades a snapshot shows."""


async def get_status(services: Services, _: object, query: Nothing) -> SystemStatusView:
    """Show what the service is doing and whether it is well."""
    risk = await services.get_risk()
    return SystemStatusView(
        as_of=time.text(services.now()),
        mode=services.mode,
        source=services.source,
        halt=None if risk.halt is None else halt_view(risk.halt),
        health=health_view(services),
        jobs=[job_view(job) for job in services.jobs()],
    )


async def stream_events(services: Services, _: object, query: Nothing) -> EventStream:
    """Follow the service: a `snapshot` event whenever something changed, at most two a second."""
    return EventStream(services.streams.frames(services.changes, partial(_snapshot, services)))


async def _snapshot(services: Services) -> bytes:
    report = await services.get_portfolio()
    trades = await services.list_trades(ListTrades(limit=TRADES))
    risk = await services.get_risk()
    snapshot = SnapshotView(
        as_of=time.text(services.now()),
        mode=services.mode,
        source=services.source,
        halt=None if risk.halt is None else halt_view(risk.halt),
        health=health_view(services),
        portfolio=portfolio_view(report),
        positions=position_views(report),
        trades=[trade_view(fill) for fill in trades.items],
    )
    return msgspec.json.encode(snapshot)


ENDPOINTS = (
    Endpoint(method="GET", path="/api/v1/system/status", access=Permission.READ_SYSTEM, call=get_status),
    Endpoint(
        method="GET",
        path="/api/v1/system/events",
        access=Permission.READ_SYSTEM,
        call=stream_events,
        answers={200: "Server-sent events, each with a snapshot as its data"},
        raises=(Unavailable,),
        media_type=EVENTS,
    ),
)
