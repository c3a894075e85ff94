"""Permissions: who may do what, as a table; whatever it does not grant is denied."""

import pytest

from domain.errors import Forbidden
from domain.identity.permission import GRANTS, Permission, Role
from domain.identity.user import Caller
from domain.shared.ids import UserId
from support.build import START, minutes

TABLE = """
                     viewer  analyst  trader  admin
market:read             x       x        x      x
trading:read            x       x        x      x
strategies:read         x       x        x      x
notifications:read      x       x        x      x
system:read             x       x        x      x
orders:place            -       -        x      x
trading:halt            -       -        x      x
strategies:manage       -       -        x      x
notifications:send      -       -        x      x
risk:manage             -       -        -      x
system:manage           -       -        -      x
"""


def granted() -> dict[tuple[str, str], bool]:
    roles, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return {(row[0], role): mark == "x" for row in rows for role, mark in zip(roles, row[1:], strict=True)}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_the_table_decides(permission: Permission, role: Role) -> None:
    caller = Caller(user_id=UserId("anna"), role=role, expires_at=START + minutes(10))
    if granted()[permission, role]:
        caller.require(permission)
    else:
        with pytest.raises(Forbidden) as refusal:
            caller.require(permission)
        assert refusal.value.code == "forbidden"


def test_every_role_is_listed_and_nobody_but_the_admin_has_everything() -> None:
    assert set(GRANTS) == set(Role)
    assert {role for role in Role if GRANTS[role] == set(Permission)} == {Role.ADMIN}
