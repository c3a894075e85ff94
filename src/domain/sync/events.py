"""What happens between nodes that is worth telling."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from domain.shared.events import Event
from domain.shared.ids import EventId
from domain.sync.conflict import Conflict


@frozen(kw_only=True)
class WritesOverwritten(Event):
    """Values were written on several nodes at once, and one of each was kept."""

    count: int
    for_people: int
    """How many of them no rule could settle."""
    example: str


def overwrites(conflicts: Sequence[Conflict], event_id: EventId, at: datetime) -> WritesOverwritten:
    """The event that tells of these conflicts, of which there is at least one."""
    told = max(conflicts, key=lambda conflict: conflict.for_people)
    return WritesOverwritten(
        id=event_id,
        at=at,
        count=len(conflicts),
        for_people=sum(conflict.for_people for conflict in conflicts),
        example=f"{told.column} of {told.table} {told.key}: {told.winner.value} was kept, {told.loser.value} was not",
    )


@frozen(kw_only=True)
class TradingTakenOver(Event):
    """From now on `node` places the orders."""

    node: str


@frozen(kw_only=True)
class TradingHandedOver(Event):
    """`node` places orders no longer; `to` does, or nobody that it knows of."""

    node: str
    to: str | None
