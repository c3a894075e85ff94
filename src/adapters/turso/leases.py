"""The lease in two tables of a libSQL database, beside the log of changes."""

from typing import TYPE_CHECKING

from attrs import frozen

from adapters.turso import lease_statements, refusals, statements
from adapters.turso.replica import TursoReplica, check_ours
from domain.errors import Invalid, NotFound
from domain.shared.time import parsed, text
from domain.sync.lease import REMEMBERED, Claim, Lease

if TYPE_CHECKING:
    from adapters.turso.client import Rows


@frozen
class TursoLeases:
    """Each call is one transaction over the replica's connection; the first one ever makes the tables."""

    remote: TursoReplica

    async def acquire(self, holder: str, seconds: float, *, begun: int = 0) -> Claim:
        try:
            return await self._acquire(holder, seconds, begun)
        except NotFound:
            await self._prepare()
            return await self._acquire(holder, seconds, begun)

    async def release(self, lease: Lease) -> None:
        held: dict[str, str | int] = {"holder": lease.holder, "token": lease.token, "until": text(lease.until)}
        await self.remote.transaction((lease_statements.RELEASE, held))

    async def _acquire(self, holder: str, seconds: float, begun: int) -> Claim:
        *_, found = await self.remote.transaction(
            (lease_statements.ACQUIRE, {"holder": holder, "duration": f"+{seconds:.3f} seconds"}),
            (lease_statements.BEGUN, {"holder": holder, "token": begun}),
            (lease_statements.CONTEND, {"holder": holder}),
            (lease_statements.CLAIM, {"holder": holder, "since": f"-{REMEMBERED:.3f} seconds"}),
        )
        return _claim(found)

    async def _prepare(self) -> None:
        (found,) = await self.remote.transaction((statements.COLUMNS, {}))
        check_ours(found)
        await self.remote.transaction(*((create, {}) for create in statements.CREATE_LEASE))


def _claim(found: "Rows") -> Claim:
    if len(found) != 1 or [type(part) for part in found[0]] != [str, int, str, int, int]:
        raise refusals.not_libsql()
    holder, token, until, begun, alone = found[0]
    try:
        lease = Lease(holder=holder, token=token, until=parsed(until))
    except Invalid:
        raise refusals.not_libsql() from None
    return Claim(lease=lease, begun=begun == 1, alone=alone == 1)
