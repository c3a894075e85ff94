"""The caller of a use case."""

from datetime import datetime

from attrs import frozen

from domain.errors import Forbidden
from domain.identity.permission import GRANTS, Permission, Role
from domain.shared.ids import UserId


@frozen(kw_only=True)
class Caller:
    """A person or program whose identity was proven, until `expires_at`."""

    user_id: UserId
    role: Role
    expires_at: datetime

    def require(self, permission: Permission) -> None:
        """Raises Forbidden unless the caller's role grants `permission`."""
        if permission not in GRANTS[self.role]:
            raise Forbidden(f"the role {self.role} does not grant {permission}")
