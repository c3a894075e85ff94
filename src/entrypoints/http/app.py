"""The HTTP application."""

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Lifespan

from entrypoints.http import docs
from entrypoints.http.api import ENDPOINTS
from entrypoints.http.dashboard import routes as dashboard
from entrypoints.http.endpoint import Endpoint
from entrypoints.http.metrics import RequestMetrics, SyncMetrics
from entrypoints.http.middleware.front import Front
from entrypoints.http.middleware.hosts import AllowedHosts
from entrypoints.http.probes import Probes
from entrypoints.http.routing import Routes, resources
from entrypoints.http.services import Services

PAGES: tuple[BaseRoute, ...] = (*dashboard, *docs.routes)
"""Files anybody may read: they hold no data."""


def create_app(
    services: Services,
    *,
    hosts: Iterable[str] = (),
    endpoints: Sequence[Endpoint] = ENDPOINTS,
    lifespan: Lifespan[Any] | None = None,
) -> ASGIApp:
    """The ASGI application; `hosts` are the names it answers to beside this machine's own.

    Raises:
        ValueError: an endpoint states no permission.
    """
    services.metrics.register(SyncMetrics(services.sync))
    routes = Routes(resources(endpoints, services), PAGES, lifespan)
    return Front(routes, Probes(services), AllowedHosts(hosts), RequestMetrics(services.metrics))
