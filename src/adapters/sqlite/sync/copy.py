"""This copy of the shared record: units of work that see the ledger beside the stores."""

from collections.abc import Callable
from typing import TypeVar

from attrs import evolve, frozen

from adapters.sql.session import Session
from adapters.sql.stores import SqlStores
from adapters.sql.tables import ONLY
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.sync import statements, triggers
from adapters.sqlite.sync.ledger import SqliteLedger
from application.ports.sync import Ledger
from application.ports.transactions import Stores
from domain.sync.clock import Boot

T = TypeVar("T")


@frozen
class SqliteCopy:
    """The copy in an open database. `begin` comes first, once for each opening."""

    database: SqliteDatabase

    async def begin(self, boot: Boot) -> None:
        """Name this opening, and note every write from now on; what may have been missed before is looked at again."""
        await self.database.write(lambda stores: _begin(stores.session, boot))

    async def rest(self) -> None:
        """Note nothing, as nobody is to be told."""
        await self.database.write(lambda stores: triggers.remove(stores.session))

    async def read(self, unit: Callable[[Stores, Ledger], T]) -> T:
        return await self.database.read(_with_ledger(unit))

    async def write(self, unit: Callable[[Stores, Ledger], T], *, durable: bool = True) -> T:
        return await self.database.write(_with_ledger(unit), durable=durable)


def _with_ledger(unit: Callable[[Stores, Ledger], T]) -> Callable[[SqlStores], T]:
    return lambda stores: unit(stores, SqliteLedger(stores.session))


def _begin(session: Session, boot: Boot) -> None:
    ledger = SqliteLedger(session)
    session.write(statements.BEGIN, (ONLY, boot))
    place = ledger.place()
    ledger.move(evolve(place, clock=evolve(place.clock, boot=boot)))
    if triggers.install(session):
        triggers.note_all(session)
