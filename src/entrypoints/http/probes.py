"""Probes: the service's health, kept ready to send so that asking for it costs next to nothing."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
from starlette.types import Scope

from domain.ops.health import Check, Status, verdict
from entrypoints.http.services import Services
from entrypoints.http.views.system import HealthView, ProbeView, check_view

MEDIA_TYPE = "application/health+json"

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers and body."""


def health_view(services: Services) -> HealthView:
    checks = services.health()
    return HealthView(
        status=verdict(checks),
        version=services.release.version,
        release_id=services.release.commit,
        uptime_seconds=int((services.now() - services.started_at).total_seconds()),
        checks={check.component: check_view(check) for check in checks},
    )


def readiness_view(services: Services) -> ProbeView:
    if services.readiness.draining:
        return ProbeView(status=Status.FAIL, output="draining")
    return ProbeView(status=verdict(services.health()))


def health_status(status: Status) -> int:
    return 503 if status is Status.FAIL else 200


class Probes:
    """Answers to `/health`, `/health/live` and `/health/ready` without waiting for anything."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._checks: Sequence[Check] | None = None
        self._since = self._until = services.started_at
        self._health = alive = _rendered(ProbeView(status=Status.PASS))
        self._answers: dict[str, Callable[[], Answer]] = {
            "/health": self._newest_health,
            "/health/live": lambda: alive,
            "/health/ready": lambda: _rendered(readiness_view(self._services)),
        }

    def answer(self, scope: Scope) -> Answer | None:
        """The answer to a plain question for the service's health; None for any other request."""
        probe = self._answers.get(scope["path"])
        return None if probe is None or scope["method"] != "GET" or scope["query_string"] else probe()

    def _newest_health(self) -> Answer:
        """Rendered anew when the checks or the second of the uptime are others."""
        checks = self._services.health()
        if checks is not self._checks or not self._since <= self._services.now() < self._until:
            view = health_view(self._services)
            self._since = self._services.started_at + timedelta(seconds=view.uptime_seconds)
            self._until = self._since + timedelta(seconds=1)
            self._health, self._checks = _rendered(view), checks
        return self._health


def _rendered(view: HealthView | ProbeView) -> Answer:
    content = msgspec.json.encode(view)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(content)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return health_status(view.status), headers, content
