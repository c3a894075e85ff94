"""Endpoints: what the API offers, as data; the rest is read from the annotations of the function it calls."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from enum import Enum, auto
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from attrs import field, frozen

from domain.errors import DomainError
from domain.identity.permission import Permission
from entrypoints.http.problems import Headers
from entrypoints.http.services import Services

T = TypeVar("T")

JSON = "application/json"


class Public(Enum):
    """The explicit absence of a permission."""

    PUBLIC = auto()


PUBLIC = Public.PUBLIC


@frozen(kw_only=True)
class Reply(Generic[T]):
    """An answer that is more than its value; bytes are sent as they are."""

    value: T
    status: int = 200
    headers: Headers = ()


@frozen
class EventStream:
    """An answer without an end: server-sent events, as long as the caller may listen."""

    frames: AsyncGenerator[bytes]


Handler = Callable[[Services, Any, Any], Awaitable[Any]]
"""`(services, caller, input) -> answer`; the annotations of the last two are the endpoint's types."""


@frozen(kw_only=True, eq=False)
class Endpoint:
    """One method of one path.

    `answers` says what each status means that `call` may answer with; the first one is meant where it does
    not say. `raises` names the domain errors that callers of it have to expect, beside those of any endpoint.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    call: Handler
    access: Permission | Public | None = None
    answers: Mapping[int, str] = field(factory=lambda: {200: "What was asked for"})
    raises: tuple[type[DomainError], ...] = ()
    media_type: str = JSON

    @property
    def name(self) -> str:
        return self.call.__name__

    @property
    def summary(self) -> str:
        return (self.call.__doc__ or "").strip().rstrip(".")

    @property
    def input_type(self) -> Any:
        return list(self._hints.values())[2]

    @property
    def answer_type(self) -> Any:
        answer = self._hints["return"]
        return get_args(answer)[0] if get_origin(answer) is Reply else answer

    @property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.call, include_extras=True)
