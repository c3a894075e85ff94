"""A row as one node knows it: which writes stand, and which have been heard of."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from attrs import field, frozen

from domain.sync.clock import Boot, Stamp, boot_of

Value = str | None
"""The opaque text of a column, or nothing; only its owner knows what it means."""

Values = Mapping[str, Value]


@frozen(kw_only=True)
class Row:
    """The state of one row that nodes exchange.

    `life` counts insertions and deletions: odd while the row lives, even once it is deleted, zero when it
    was never heard of.

    `writes` holds, by its stamp, every write of this life that has not been knowingly replaced, with the
    columns that it still holds. Two writes that hold the same column are rivals: neither writer knew of the
    other. A deletion is a write that holds nothing.

    `seen` completes what this state has heard of: for each boot, the newest of its writes that was taken in
    and is older news than what stands. All the boot's earlier writes to the row were taken in with it.
    """

    life: int = 0
    writes: Mapping[Stamp, Values] = field(factory=dict)
    seen: tuple[Stamp, ...] = ()

    @property
    def alive(self) -> bool:
        return self.life % 2 == 1

    @property
    def heard(self) -> Iterable[Stamp]:
        """The stamps from which everything heard of follows."""
        return (*self.writes, *self.seen)

    def knows(self, stamp: Stamp) -> bool:
        """Whether the write was taken in: it stands, or was replaced by someone who knew it."""
        boot = boot_of(stamp)
        return any(heard >= stamp and boot_of(heard) == boot for heard in self.heard)


UNHEARD = Row()
"""The row that no one has written."""


def row_of(life: int, writes: Mapping[Stamp, Values], heard: Iterable[Stamp]) -> Row:
    """The row in which `writes` stand and `heard` is known; equal knowledge gives equal rows."""
    known = newest(heard)
    standing = newest(writes) if known else {}
    rest = sorted(stamp for boot, stamp in known.items() if stamp > standing.get(boot, ""))
    return Row(life=life, writes=writes, seen=tuple(rest))


def newest(stamps: Iterable[Stamp]) -> dict[Boot, Stamp]:
    """The newest stamp of each boot."""
    found: dict[Boot, Stamp] = {}
    for stamp in stamps:
        boot = boot_of(stamp)
        if stamp > found.get(boot, ""):
            found[boot] = stamp
    return found


def written(row: Row, stamp: Stamp, values: Values) -> Row:
    """The row after its node wrote `values`: an insertion if it is not alive, else a replacement of these columns.

    `stamp` is newer than everything the row has heard of.
    """
    if not row.alive:
        return row_of(row.life + 1, {stamp: values}, row.heard)
    kept = {
        old: {name: value for name, value in held.items() if name not in values} for old, held in row.writes.items()
    }
    writes = {old: held for old, held in kept.items() if held}
    return row_of(row.life, {**writes, stamp: values}, row.heard)


def deleted(row: Row, stamp: Stamp) -> Row:
    """The row, which was alive, after its node deleted it; `stamp` is as for `written`."""
    return row_of(row.life + 1, {stamp: {}}, row.heard)


def content_stamp(values: Values, life: int = 1) -> Stamp:
    """A stamp for what has no time of its own: immutable facts, and the defaults of a new installation.

    It is made of the content, so that nodes which record the same thing make the same write, and it is
    older than any stamp of a clock, so that a default never wins over what someone chose. `life` is the
    row's once it holds them: what was deleted and is recorded again is another write.
    """
    told = [
        f"{len(name)}:{name}-" if value is None else f"{len(name)}:{name}{len(value)}:{value}"
        for name, value in sorted(values.items())
    ]
    return Stamp("0" * 16 + blake2b(f"{life}{''.join(told)}".encode(), digest_size=8).hexdigest())
