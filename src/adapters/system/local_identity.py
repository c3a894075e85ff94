"""The local identity: short-lived tokens signed with a key kept beside the database, for development only."""

import hmac
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from anyio import to_thread

from adapters.system.key_file import kept_key
from application.ports.clock import Clock
from domain.errors import Invalid, Unauthenticated, Unavailable
from domain.identity.permission import Role
from domain.identity.user import Caller
from domain.shared.ids import UserId

ISSUER = "crypto-bot:local"
AUDIENCE = "crypto-bot"
LIFETIME = timedelta(hours=1)
LONGEST_LIFETIME = timedelta(hours=12)
LEEWAY = timedelta(seconds=5)
LARGEST = 8192
"""Characters of a token."""

REMEMBERED = 1024
"""How many verified tokens are kept, so that each is verified once."""


class LocalIdentity:
    """Issues tokens for a role and takes only those that it would issue again, letter by letter.

    Raises:
        UnsafeKey: the key file is open to others, or not a key.
    """

    def __init__(self, key_file: Path, now: Clock) -> None:
        self._key = kept_key(key_file)
        self._now = now
        self._callers: dict[str, Caller] = {}

    def issue(self, role: Role, lifetime: timedelta = LIFETIME) -> str:
        """A token for `role`.

        Raises:
            Invalid: the lifetime is not between a second and twelve hours.
        """
        if not timedelta(seconds=1) <= lifetime <= LONGEST_LIFETIME:
            raise Invalid("must be between 1 second and 12 hours", field="lifetime")
        issued = int(self._now().timestamp())
        return self._signed(role, issued, issued + int(lifetime.total_seconds()))

    async def verify(self, token: str) -> Caller:
        caller = self._callers.get(token)
        if caller is None:
            if "jwt" not in sys.modules:
                await to_thread.run_sync(_library)
            caller = self._verified(token)
            self._remember(token, caller)
        if self._now() >= caller.expires_at + LEEWAY:
            self._callers.pop(token, None)
            _refuse("it has expired")
        return caller

    def _verified(self, token: str) -> Caller:
        if len(token) > LARGEST:
            _refuse("it is too long")
        jwt = _library()
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": ["iss", "aud", "sub", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )
            role, issued, expires = Role(claims["role"]), claims["iat"], claims["exp"]
            again = self._signed(role, issued, expires)
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, RecursionError):
            _refuse("it is not one of ours")
        # Whatever else a token could say, or say in another way, makes it another text.
        if not hmac.compare_digest(again.encode(), token.encode()):
            _refuse("it is not as we issue them")
        if type(issued) is not int or type(expires) is not int:
            _refuse("its times are not whole seconds")
        if not 0 < expires - issued <= LONGEST_LIFETIME.total_seconds():
            _refuse("its lifetime is not ours")
        if not 0 <= issued <= (self._now() + LEEWAY).timestamp():
            _refuse("it is not valid yet")
        return Caller(user_id=UserId(claims["sub"]), role=role, expires_at=datetime.fromtimestamp(expires, UTC))

    def _remember(self, token: str, caller: Caller) -> None:
        if len(self._callers) >= REMEMBERED:
            self._callers.pop(next(iter(self._callers)))
        self._callers[token] = caller

    def _signed(self, role: Role, issued: int, expires: int) -> str:
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": f"local:{role}",
            "role": role.value,
            "iat": issued,
            "exp": expires,
        }
        token: str = _library().encode(claims, self._key, algorithm="HS256")
        return token


class UnconfiguredIdentity:
    """The identity of a production service that was not told whom to trust: nobody."""

    async def verify(self, token: str) -> Caller:
        raise Unavailable(
            "identity is not configured: set CLERK_ISSUER and CLERK_SECRET_KEY", code="identity_not_configured"
        )


def _library() -> Any:
    """pyjwt, which brings 9 MB of cryptography with it: imported when the first token comes."""
    return import_module("jwt")


def _refuse(reason: str) -> NoReturn:
    raise Unauthenticated(f"the token was refused: {reason}")
