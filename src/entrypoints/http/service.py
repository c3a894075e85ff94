"""The service itself: health, version, configuration and metrics."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from domain.identity.permission import Permission
from domain.ops.health import Status
from entrypoints.http.endpoint import PUBLIC, Endpoint, Reply
from entrypoints.http.inputs import Nothing
from entrypoints.http.probes import MEDIA_TYPE, health_status, health_view, readiness_view
from entrypoints.http.services import Services
from entrypoints.http.views.system import HealthView, ProbeView, VersionView


async def get_health(services: Services, _: object, query: Nothing) -> Reply[HealthView]:
    """Show how the service is doing."""
    view = health_view(services)
    return Reply(value=view, status=health_status(view.status))


async def get_liveness(services: Services, _: object, query: Nothing) -> ProbeView:
    """Tell that the process answers."""
    return ProbeView(status=Status.PASS)


async def get_readiness(services: Services, _: object, query: Nothing) -> Reply[ProbeView]:
    """Tell whether new requests are welcome."""
    view = readiness_view(services)
    return Reply(value=view, status=health_status(view.status))


async def get_version(services: Services, _: object, query: Nothing) -> VersionView:
    """Show what is running."""
    release = services.release
    return VersionView(
        name="crypto-bot",
        version=release.version,
        release_id=release.commit,
        sqlite_version=release.sqlite_version,
        warnings=release.warnings,
    )


async def get_configuration(services: Services, _: object, query: Nothing) -> Mapping[str, Any]:
    """Show the settings in force, free of secrets."""
    return services.configuration


async def get_metrics(services: Services, _: object, query: Nothing) -> bytes:
    """Show figures for Prometheus."""
    return generate_latest(services.metrics)


_PROBED = {200: "The service works", 503: "The service does not work"}

ENDPOINTS = (
    Endpoint(method="GET", path="/health", access=PUBLIC, call=get_health, answers=_PROBED, media_type=MEDIA_TYPE),
    Endpoint(method="GET", path="/health/live", access=PUBLIC, call=get_liveness, media_type=MEDIA_TYPE),
    Endpoint(
        method="GET",
        path="/health/ready",
        access=PUBLIC,
        call=get_readiness,
        answers={200: "New requests are welcome", 503: "New requests are not welcome"},
        media_type=MEDIA_TYPE,
    ),
    Endpoint(method="GET", path="/version", access=PUBLIC, call=get_version),
    Endpoint(method="GET", path="/config", access=Permission.MANAGE_SYSTEM, call=get_configuration),
    Endpoint(
        method="GET",
        path="/metrics",
        access=Permission.READ_SYSTEM,
        call=get_metrics,
        media_type=CONTENT_TYPE_LATEST,
    ),
)
