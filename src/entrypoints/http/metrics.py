"""Metrics: how many requests each route had and how they ended, and how the copies keep in step."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from application.ports.health import SyncReport

disable_created_metrics()  # type: ignore[no-untyped-call]

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class SyncMetrics(Collector):
    """How the copy of the record and the shared log keep in step, as it was last seen."""

    def __init__(self, report: Callable[[], SyncReport]) -> None:
        self._report = report

    def collect(self) -> Iterator[Metric]:
        seen = self._report()
        last = seen.last_success.timestamp() if seen.last_success else 0.0
        yield GaugeMetricFamily("sync_well", "Whether synchronization is well, or not wanted.", float(seen.well))
        yield GaugeMetricFamily("sync_last_success_timestamp_seconds", "When a round last came to its end.", last)
        yield GaugeMetricFamily("sync_waiting_rows", "Rows that the others do not have yet.", seen.waiting)
        yield GaugeMetricFamily("sync_conflicts", "Values that another node's were kept instead of.", seen.conflicts)
        yield CounterMetricFamily("sync_told_changes", "Changes told to the shared log.", seen.told)
        yield CounterMetricFamily("sync_taken_changes", "Changes of others taken in.", seen.taken)


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
