"""Problems (RFC 9457): the one place that knows which HTTP status a refusal has."""

from collections.abc import Mapping, Sequence

import msgspec
from attrs import define, frozen
from msgspec import UNSET, UnsetType

from domain.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Rejected,
    RuleViolated,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "Bad request",
    401: "Authentication required",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Body too large",
    415: "Unsupported media type",
    421: "Misdirected request",
    422: "Rule broken",
    500: "Internal error",
    503: "Unavailable",
}
"""What each status of a problem means, in the words of every version of Python."""

Headers = Sequence[tuple[bytes, bytes]]


@define(slots=False)
class FieldError:
    """What is wrong with one value of the request."""

    field: str
    message: str


@define(kw_only=True, slots=False)
class Problem:
    """Why a request was not carried out."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: Sequence[FieldError] | UnsetType = UNSET


class Refusal(Exception):
    """A request turned away before a use case saw it."""

    def __init__(
        self, status: int, code: str, detail: str, *, errors: Sequence[FieldError] = (), headers: Headers = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers


@frozen
class Meaning:
    """What a domain error is in HTTP; a `detail` here stands in for the error's own."""

    status: int
    headers: Headers = ()
    detail: str | None = None


MEANINGS: Mapping[type[DomainError], Meaning] = {
    Invalid: Meaning(422),
    NotFound: Meaning(404),
    Conflict: Meaning(409),
    RuleViolated: Meaning(422),
    Rejected: Meaning(422),
    Unavailable: Meaning(503),
    Unauthenticated: Meaning(
        401,
        headers=[(b"www-authenticate", b'Bearer realm="crypto-bot"')],
        detail="a valid bearer token is required",
    ),
    Forbidden: Meaning(403, detail="this token's role does not allow it"),
}
"""Every domain error; a subclass that is not here means what its parent means."""


def meaning(error: type[DomainError]) -> Meaning:
    """Raises KeyError for an error that neither has a meaning nor inherits one."""
    return next(MEANINGS[kind] for kind in error.__mro__ if kind in MEANINGS or kind is DomainError)


def refused(error: DomainError) -> Refusal:
    """A domain error in the words of HTTP."""
    means = meaning(type(error))
    errors = [FieldError(error.field, error.detail)] if error.field else []
    return Refusal(means.status, error.code, means.detail or error.detail, errors=errors, headers=means.headers)


def rendered(refusal: Refusal, request_id: str) -> bytes:
    """The problem document."""
    problem = Problem(
        type=f"urn:crypto-bot:problem:{refusal.code}",
        title=TITLES.get(refusal.status, "Refused"),
        status=refusal.status,
        detail=refusal.detail,
        code=refusal.code,
        request_id=request_id,
        errors=refusal.errors or UNSET,
    )
    return msgspec.json.encode(problem)
