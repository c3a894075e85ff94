"""Prepare an installation: a record belongs to the account it was begun with."""

from decimal import Decimal

import pytest

from application.ops.prepare_installation import PrepareInstallationHandler
from domain.errors import Conflict
from domain.shared.money import Money
from support.build import an_account
from support.office import Office

pytestmark = pytest.mark.anyio


async def test_the_first_start_opens_the_account() -> None:
    office = Office()
    await office.a(PrepareInstallationHandler)()
    assert await office.database.read(lambda stores: stores.accounts.opened()) == an_account()


async def test_another_account_is_refused_and_named() -> None:
    office = Office()
    await office.a(PrepareInstallationHandler)()
    other = an_account(starting_balance=Money(Decimal("2500.50")))
    with pytest.raises(Conflict, match=r"a paper account of 10000 USDT.*a paper account of 2500.5 USDT"):
        await office.a(PrepareInstallationHandler, account=other)()
    assert await office.database.read(lambda stores: stores.accounts.opened()) == an_account()
