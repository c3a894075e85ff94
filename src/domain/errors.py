"""What can go wrong, in the words of the product; each error has a stable code and no transport."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal a caller can act on.

    `code` is stable and machine-readable; `field` names the offending input where there is one.
    """

    default_code: ClassVar[str] = "error"

    def __init__(self, detail: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.field = field


class Invalid(DomainError):
    """A value breaks its own rule."""

    default_code = "invalid_value"


class NotFound(DomainError):
    """The thing named does not exist, or not for this caller."""

    default_code = "not_found"


class Conflict(DomainError):
    """The request contradicts the present state."""

    default_code = "conflict"


class RuleViolated(DomainError):
    """A rule of trading forbids it."""

    default_code = "rule_violated"


class Unauthenticated(DomainError):
    """The caller did not prove who they are."""

    default_code = "unauthenticated"


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    default_code = "forbidden"


class Unavailable(DomainError):
    """Something this needs is missing or does not answer; later may work."""

    default_code = "unavailable"


class Rejected(DomainError):
    """An outside party received the request and refused it for good."""

    default_code = "rejected"
