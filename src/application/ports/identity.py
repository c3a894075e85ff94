"""Proof of who calls."""

from typing import Protocol

from domain.identity.user import Caller


class TokenVerifier(Protocol):
    """Turns a bearer token into a caller."""

    async def verify(self, token: str) -> Caller:
        """Raises Unauthenticated for a bad token, Unavailable when identity is not configured or reachable."""
        ...
