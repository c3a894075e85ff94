"""Roles and what each may do; whatever is not granted here is denied."""

from enum import StrEnum


class Permission(StrEnum):
    """One a use case, or a small family of them."""

    READ_MARKET = "market:read"
    READ_TRADING = "trading:read"
    PLACE_ORDERS = "orders:place"
    MANAGE_RISK = "risk:manage"
    HALT_TRADING = "trading:halt"
    READ_STRATEGIES = "strategies:read"
    MANAGE_STRATEGIES = "strategies:manage"
    READ_NOTIFICATIONS = "notifications:read"
    SEND_NOTIFICATIONS = "notifications:send"
    READ_SYSTEM = "system:read"
    MANAGE_SYSTEM = "system:manage"


class Role(StrEnum):
    VIEWER = "viewer"
    ANALYST = "analyst"
    TRADER = "trader"
    ADMIN = "admin"


_VIEWER = frozenset(
    {
        Permission.READ_MARKET,
        Permission.READ_TRADING,
        Permission.READ_STRATEGIES,
        Permission.READ_NOTIFICATIONS,
        Permission.READ_SYSTEM,
    }
)
_TRADER = _VIEWER | {
    Permission.PLACE_ORDERS,
    Permission.HALT_TRADING,
    Permission.MANAGE_STRATEGIES,
    Permission.SEND_NOTIFICATIONS,
}

GRANTS = {
    Role.VIEWER: _VIEWER,
    Role.ANALYST: _VIEWER,
    Role.TRADER: _TRADER,
    Role.ADMIN: frozenset(Permission),
}
"""The permissions of each role."""
