"""The lease: which of several nodes may place orders, and until when.

C. Gray, D. Cheriton: "Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency", 1989.
No two clocks have to agree: the remote's alone decides when a lease ends, and its holder counts, with its own
monotonic clock, from the moment it asked, which is before the remote began to count.
"""

from datetime import datetime

from attrs import evolve, frozen

from domain.errors import Conflict

TTL = 60.0
"""Seconds for which a lease is given."""

RENEW = 20.0
"""Seconds between two renewals, so that one may fail."""

MARGIN = 5.0
"""Seconds before its end at which the holder stops; what it had begun to commit is done by then."""

PATIENCE = 2 * TTL
"""Seconds for which a node without rivals goes on after it asked in vain; by then it has asked again."""

REMEMBERED = 3600.0
"""Seconds for which a node that asked for the lease counts as one that may trade."""

_NEVER = float("-inf")


class NotTheTrader(Conflict):
    """This node may not place orders now."""

    default_code = "not_the_trader"


@frozen(kw_only=True)
class Lease:
    """`token` rises by one whenever the holder changes. `until` is an instant of the remote's clock."""

    holder: str
    token: int
    until: datetime


@frozen(kw_only=True)
class Claim:
    """What a node that asked for the lease was told: whose it is, and whether anybody else asks for it."""

    lease: Lease
    begun: bool
    """Whether the holder has begun to trade under this token."""
    alone: bool
    """Whether no other node has asked for the lease within `REMEMBERED` seconds."""


@frozen(kw_only=True)
class Tenure:
    """What a node knows of its right to trade; the floats are seconds of its own monotonic clock.

    A lease that is not renewed in time ends it. Only a node that had no rivals when it last heard of the
    remote goes on while the remote does not answer: an outage must not stop the only bot there is.
    """

    node: str
    claim: Claim | None = None
    """The last one heard of."""
    until: float = _NEVER
    """When the right ends; `_NEVER` unless the last claim gave it."""
    begun: int = 0
    """The token under which this node has begun to trade; 0 for none."""

    def learned(self, claim: Claim, sent: float) -> "Tenure":
        """After asking at `sent`."""
        ours = claim.lease.holder == self.node
        until = sent + TTL - MARGIN if ours and claim.begun else _NEVER
        return evolve(self, claim=claim, until=until)

    def unanswered(self, elapsed: float) -> "Tenure":
        """After asking in vain, until `elapsed`."""
        if self.until == _NEVER or self.claim is None or not self.claim.alone:
            return self
        return evolve(self, until=max(self.until, elapsed + PATIENCE))

    def given_up(self) -> "Tenure":
        """Nothing more is placed before the next claim."""
        return evolve(self, until=_NEVER)

    def holds(self, elapsed: float) -> bool:
        """Whether this node may place orders at `elapsed`."""
        return elapsed < self.until

    def token(self, elapsed: float) -> int:
        """The fencing token to place orders with.

        Raises:
            NotTheTrader: who trades instead, as far as it is known.
        """
        if self.claim is None:
            raise NotTheTrader("it is not known yet which node trades: the remote has not answered so far")
        if self.rival is not None:
            raise NotTheTrader(f"the node {self.rival} trades; this one, {self.node}, watches")
        if not self.holds(elapsed):
            raise NotTheTrader(f"the lease of this node, {self.node}, is not in force; another node may trade")
        return self.claim.lease.token

    @property
    def lease(self) -> Lease | None:
        """This node's, as far as it knows."""
        return self.claim.lease if self.claim is not None and self.claim.lease.holder == self.node else None

    @property
    def rival(self) -> str | None:
        """The node that trades instead; None while no other one is known to."""
        return None if self.claim is None or self.lease is not None else self.claim.lease.holder

    @property
    def to_begin(self) -> Lease | None:
        """This node's lease, if it has not begun to trade under it."""
        return None if self.claim is None or self.claim.begun else self.lease
