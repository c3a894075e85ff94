"""Metrics: how many requests each route had, how they ended and how long they took."""

from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from starlette.types import Scope

disable_created_metrics()  # type: ignore[no-untyped-call]

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class RequestMetrics:
    """Probes are not counted: they would drown the rest."""

    def __init__(self, registry: CollectorRegistry) -> None:
        ProcessCollector(registry=registry)
        requests = Counter("http_requests", "Requests answered.", ["route", "method", "status"], registry=registry)
        seconds = Histogram(
            "http_request_duration_seconds",
            "Time from a request's headers to the end of its answer.",
            ["route", "method"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._counter = lru_cache(maxsize=1024)(requests.labels)
        self._histogram = lru_cache(maxsize=1024)(seconds.labels)

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count an answer; `status` is 0 for a request that got none."""
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._counter(route, method, str(status)).inc()
        self._histogram(route, method).observe(seconds)
