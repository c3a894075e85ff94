"""Synchronize: take in what others wrote to the shared log, and tell it what was written here."""

from asyncio import gather
from collections.abc import Mapping, Sequence
from functools import partial

from attrs import evolve, frozen

from application.ports.clock import Clock, NewId
from application.ports.sync import Copy, Ledger, Place, Replica
from application.ports.transactions import Stores
from domain.errors import Conflict, Invalid, NotFound, Rejected
from domain.shared.ids import EventId
from domain.sync.capture import captured, fact
from domain.sync.change import Change, Key, change_of, decoded, fact_of
from domain.sync.clock import Boot, HybridClock
from domain.sync.conflict import Conflict as Overwritten
from domain.sync.conflict import merge
from domain.sync.events import overwrites
from domain.sync.log import BATCH_CHANGES, Bookmark, LogPage, LogState, batches, epoch_of, is_of
from domain.sync.policy import Policy, Rule, shown
from domain.sync.row import Row, Values

PAGE = 1_000
"""Changes that are taken in at once; other writers wait that long."""

BATCHES = 4
"""Batches that are told in one portion."""

AT_ONCE = 500
"""Rows that are looked at in one unit of work."""


@frozen(kw_only=True)
class Progress:
    """What one portion did, where the log stands, and whether there is more to do."""

    log: LogState
    told: int = 0
    taken: int = 0
    more: bool = False


@frozen(kw_only=True)
class SynchronizeHandler:
    """One portion: a page of others' writes is taken in, and after the last page some of what was written here told.

    Every portion leaves the copy whole, so it may be broken off anywhere and begun again. Nothing is ever
    awaited inside a transaction, and no writer of the bot waits for the log.

    Raises:
        Unavailable: the log, or the database, cannot be used at the moment.
        Rejected: the remote has to be set right: the token, the address, or a log that is a newer release's
            (`remote_newer`), another account's (`remote_other_account`) or damaged (`remote_damaged`).
    """

    copy: Copy
    replica: Replica
    policies: Mapping[str, Policy]
    defaults: Mapping[str, Mapping[Key, Values]]
    account: str
    """Whose record it is, in words; copies of different ones are never mixed."""
    schema: int
    now: Clock
    new_id: NewId
    page: int = PAGE

    async def __call__(self) -> Progress:
        place, changes = await self.copy.read(_present)
        if place.bookmark is None:
            return await self._join(place, instead_of=None)
        try:
            return await self._exchange(place.clock.boot, place.bookmark, changes)
        except (NotFound, Conflict) as missing:
            if missing.code not in ("log_missing", "log_replaced"):
                raise
            return await self._join(place, instead_of=place.bookmark.epoch)

    async def _join(self, place: Place, *, instead_of: str | None) -> Progress:
        """Begin to read the log from its beginning, or begin the log; then everything here has to be told to it."""
        epoch = epoch_of(self.account, self.new_id())
        log = await self.replica.prepare(epoch, self.schema, instead_of=instead_of)
        self._check(log)
        await self.copy.write(partial(_begin, Bookmark(epoch=log.epoch), instead_of is not None))
        return Progress(log=log, more=True)

    async def _exchange(self, boot: Boot, bookmark: Bookmark, changes: Sequence[Change] | None) -> Progress:
        page = await self._pull(boot, bookmark)
        if page.bookmark != bookmark:
            await self.copy.write(partial(self._take_in, bookmark, page, ()))
        if not page.last:
            return Progress(log=page.state, taken=len(page.changes), more=True)
        if changes is None or page.changes:
            changes = await self._look()
        if not changes:
            return Progress(log=page.state, taken=len(page.changes))
        return await self._tell(boot, page, changes)

    async def _tell(self, boot: Boot, read: LogPage, changes: Sequence[Change]) -> Progress:
        """Push some batches, one after the other; they count as told once the bookmark has passed them.

        A log that is restored from before they came is then noticed, as it does not have the bookmark.
        """
        told: list[Change] = []
        for _ in range(BATCHES):
            batch = next(batches(changes), ())
            if not batch:
                break
            _, changes = await gather(self.replica.push(boot, read.bookmark, batch), self._following(batch, changes))
            told += batch
        page = await self._pull(boot, read.bookmark)
        await self.copy.write(partial(self._take_in, read.bookmark, page, told if page.last else ()))
        more = bool(changes) or not page.last or bool(page.changes)
        return Progress(log=page.state, told=len(told), taken=len(read.changes) + len(page.changes), more=more)

    async def _following(self, batch: Sequence[Change], changes: Sequence[Change]) -> Sequence[Change]:
        """What is to be told after a batch of `changes`; it is read while the batch is on its way."""
        if len(changes) < BATCH_CHANGES:
            return changes[len(batch) :]
        return await self.copy.read(lambda _, ledger: ledger.untold(BATCH_CHANGES, after=batch[-1]))

    async def _pull(self, boot: Boot, bookmark: Bookmark) -> LogPage:
        page = await self.replica.pull(boot, bookmark, self.page)
        self._check(page.state)
        return page

    def _check(self, log: LogState) -> None:
        if not is_of(log.epoch, self.account):
            raise Rejected(
                f"the remote holds the record of another account or market than {self.account}; "
                "name another database in TURSO_URL",
                code="remote_other_account",
            )
        if log.schema > self.schema:
            raise Rejected(
                f"the remote has schema {log.schema} of a newer release, this one knows {self.schema}; update this bot",
                code="remote_newer",
            )

    async def _look(self) -> Sequence[Change]:
        """Bring what is known of the rows up to what was written, and return what is to be told."""
        while await self.copy.write(self._look_at_some, durable=False):
            pass
        return await self.copy.read(lambda _, ledger: ledger.untold(BATCH_CHANGES))

    def _look_at_some(self, stores: Stores, ledger: Ledger) -> bool:
        """Give the rows that were noted their stamps; tells whether there may be more of them."""
        noted = ledger.noted(AT_ONCE)
        place = ledger.place()
        clock = place.clock
        for row in noted:
            known, pending = ledger.state(row.table, row.key)
            clock, stamp = clock.tick(row.at)
            default = self.defaults.get(row.table, {}).get(row.key)
            values = ledger.values(row.table, row.key)
            found = captured(known, values, stamp, self.policies[row.table], default)
            ledger.keep(row.table, row.key, found, pending=pending or found != known)
        if noted:
            ledger.move(evolve(place, clock=clock))
        return len(noted) == AT_ONCE

    def _take_in(
        self, bookmark: Bookmark, page: LogPage, told: Sequence[Change], stores: Stores, ledger: Ledger
    ) -> None:
        """Merge a page into the copy, and move the bookmark with it and past what was told, if no one else has."""
        if ledger.place().bookmark != bookmark:
            return
        # What was written here up to now did not know of the page.
        while self._look_at_some(stores, ledger):
            pass
        ledger.told(told)
        place = ledger.place()
        clock, overwritten = place.clock, list[Overwritten]()
        facts: dict[str, dict[Key, Values]] = {}
        with ledger.unnoted():
            for change in page.changes:
                policy = self._policy(change)
                values = fact_of(change) if policy.fact else None
                if values is not None and change.key not in (new := facts.setdefault(change.table, {})):
                    new[change.key] = values
                else:
                    clock = self._merge(change, policy, clock, ledger, overwritten)
            for table, added in facts.items():
                for key in ledger.add_facts(table, added):
                    contradiction = change_of(table, key, fact(added[key]))
                    clock = self._merge(contradiction, self.policies[table], clock, ledger, overwritten)
        ledger.move(Place(clock=clock, bookmark=page.bookmark))
        if recorded := stores.conflicts.add(overwritten):
            stores.outbox.add([overwrites(recorded, EventId(self.new_id()), self.now())])

    def _merge(
        self, change: Change, policy: Policy, clock: HybridClock, ledger: Ledger, overwritten: list[Overwritten]
    ) -> HybridClock:
        """Merge one change, add what lost to `overwritten`, and return the clock that has heard of it."""
        theirs = _readable(change)
        for stamp in theirs.heard:
            clock = clock.received(stamp)
        ours, pending = ledger.state(change.table, change.key)
        merged = merge(change.table, change.key, ours, theirs, policy)
        still = pending and merged.row != theirs
        if merged.row != ours or still != pending:
            ledger.keep(change.table, change.key, merged.row, pending=still)
        values = {column: version.value for column, version in shown(merged.row, policy).items()}
        ledger.show(change.table, change.key, values if merged.row.alive else None)
        overwritten += merged.conflicts
        return clock

    def _policy(self, change: Change) -> Policy:
        policy = self.policies.get(change.table)
        if policy is None or policy.rule is Rule.LOCAL:
            raise _damaged(change)
        return policy


def _present(stores: Stores, ledger: Ledger) -> tuple[Place, Sequence[Change] | None]:
    """Where the copy stands, and what it has to tell; None where that has to be looked at first."""
    return ledger.place(), None if ledger.noted(1) else ledger.untold(BATCH_CHANGES)


def _begin(bookmark: Bookmark, anew: bool, stores: Stores, ledger: Ledger) -> None:
    ledger.move(evolve(ledger.place(), bookmark=bookmark))
    if anew:
        ledger.tell_all()


def _readable(change: Change) -> Row:
    try:
        return decoded(change.payload)
    except Invalid:
        raise _damaged(change) from None


def _damaged(change: Change) -> Rejected:
    return Rejected(
        f"the remote's change of {change.table} {change.key} cannot be read; delete it from sync_changes",
        code="remote_damaged",
    )
