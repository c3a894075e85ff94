"""Synchronization as the API shows it."""

from collections.abc import Sequence

from attrs import define

from application.ports.health import SyncReport
from domain.shared import time
from domain.sync.conflict import Conflict
from domain.sync.policy import Rule, Version
from entrypoints.http.wire import TimeText


@define(kw_only=True, slots=False)
class SyncView:
    """`state` names what is wrong, if something is; `detail` says what to do about it."""

    state: str
    detail: str | None
    last_attempt: TimeText | None
    last_success: TimeText | None
    node: str | None
    log: str | None
    read: int
    head: int
    waiting: int
    conflicts: int
    told: int
    taken: int


@define(kw_only=True, slots=False)
class VersionView:
    """A value, and the stamp of its writing."""

    stamp: str
    value: str | None


@define(kw_only=True, slots=False)
class ConflictView:
    """Two values of one column that were written in ignorance of each other, and which one was kept."""

    id: str
    found_at: TimeText
    table: str
    key: str
    column: str
    winner: VersionView
    loser: VersionView
    rule: Rule
    for_people: bool


@define(kw_only=True, slots=False)
class ConflictPage:
    items: Sequence[ConflictView]
    next_cursor: str | None


def sync_view(report: SyncReport) -> SyncView:
    return SyncView(
        state=report.state,
        detail=report.detail,
        last_attempt=time.text(report.last_attempt) if report.last_attempt else None,
        last_success=time.text(report.last_success) if report.last_success else None,
        node=report.node,
        log=report.log,
        read=report.read,
        head=report.head,
        waiting=report.waiting,
        conflicts=report.conflicts,
        told=report.told,
        taken=report.taken,
    )


def conflict_view(conflict: Conflict) -> ConflictView:
    return ConflictView(
        id=conflict.id,
        found_at=time.text(conflict.at),
        table=conflict.table,
        key=conflict.key,
        column=conflict.column,
        winner=_version(conflict.winner),
        loser=_version(conflict.loser),
        rule=conflict.rule,
        for_people=conflict.for_people,
    )


def _version(version: Version) -> VersionView:
    return VersionView(stamp=version.stamp, value=version.value)
