"""Facts worth telling: written to the outbox with the change they report, delivered at least once."""

from datetime import datetime

from attrs import frozen

from domain.shared.ids import EventId


@frozen(kw_only=True)
class Event:
    """Something that happened, in the past tense; subclasses carry what a reader needs to know."""

    id: EventId
    at: datetime
