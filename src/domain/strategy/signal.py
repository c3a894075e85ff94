"""Signals: what a strategy wants, before size and risk."""

from enum import StrEnum

from attrs import frozen


class Action(StrEnum):
    ENTER = "enter"
    EXIT = "exit"


@frozen(kw_only=True)
class Signal:
    """A wish to open or to close a position, with the reason in words and figures."""

    action: Action
    reason: str
