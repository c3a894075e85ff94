"""The service itself as the API shows it."""

from collections.abc import Mapping, Sequence

from attrs import define
from msgspec import UNSET, UnsetType

from application.ports.health import JobReport
from domain.market.symbol import Source
from domain.ops.health import Check, Status
from domain.shared import time
from domain.trading.order import TradingMode
from entrypoints.http.views.orders import TradeView
from entrypoints.http.views.portfolio import PortfolioView, PositionView
from entrypoints.http.views.risk import HaltView
from entrypoints.http.wire import TimeText


@define(kw_only=True, slots=False)
class CheckView:
    """The last known state of one component; `output` tells why it does not pass."""

    status: Status
    observed_value: float | str | None
    observed_unit: str | None
    time: TimeText
    output: str | UnsetType = UNSET


@define(kw_only=True, slots=False)
class HealthView:
    """The verdict on the service: as bad as its worst component."""

    status: Status
    version: str
    release_id: str | None
    uptime_seconds: int
    checks: Mapping[str, CheckView]


@define(kw_only=True, slots=False)
class ProbeView:
    status: Status
    output: str | UnsetType = UNSET


@define(kw_only=True, slots=False)
class VersionView:
    """What is running; `warnings` tell what its operator should know about the parts it runs on."""

    name: str
    version: str
    release_id: str | None
    sqlite_version: str
    warnings: Sequence[str]


@define(kw_only=True, slots=False)
class JobView:
    """A background loop: what it does now, when it last finished a step, how often it began anew."""

    name: str
    phase: str
    last_success: TimeText | None
    restarts: int
    last_error: str | None


@define(kw_only=True, slots=False)
class SystemStatusView:
    """What the service is doing and whether it is well."""

    as_of: TimeText
    mode: TradingMode
    source: Source
    halt: HaltView | None
    health: HealthView
    jobs: Sequence[JobView]


@define(kw_only=True, slots=False)
class SnapshotView:
    """Everything the dashboard shows, at one moment of the service's clock; trades are the newest 20."""

    as_of: TimeText
    mode: TradingMode
    source: Source
    halt: HaltView | None
    health: HealthView
    portfolio: PortfolioView
    positions: Sequence[PositionView]
    trades: Sequence[TradeView]


def check_view(check: Check) -> CheckView:
    return CheckView(
        status=check.status,
        observed_value=check.observed_value,
        observed_unit=check.observed_unit,
        time=time.text(check.time),
        output=check.output or UNSET,
    )


def job_view(job: JobReport) -> JobView:
    return JobView(
        name=job.name,
        phase=job.phase,
        last_success=time.text(job.last_success) if job.last_success else None,
        restarts=job.restarts,
        last_error=job.last_error,
    )
