"""Release the lease, so that another node may trade at once."""

from attrs import frozen

from application.ports.lease import LeasedRight, Leases


@frozen(kw_only=True)
class ReleaseLeaseHandler:
    """Nothing to release is no error. The right has to be given up before.

    Raises:
        Unavailable: the remote does not answer; the lease ends when its time is up.
        Rejected: the remote has to be set right first.
    """

    leases: Leases
    right: LeasedRight

    async def __call__(self) -> None:
        if self.right.tenure.lease is not None:
            await self.leases.release(self.right.tenure.lease)
