"""Faults that a synchronization could have, each of which the tests have to notice."""

from attrs import frozen

SYNCHRONIZE = "application/sync/synchronize.py"
LEDGER = "adapters/sqlite/sync/ledger.py"
STATEMENTS = "adapters/sqlite/sync/statements.py"
TRIGGERS = "adapters/sqlite/sync/triggers.py"
COPY = "adapters/sqlite/sync/copy.py"
MEMORY = "adapters/memory/replica.py"
TURSO = "adapters/turso/statements.py"


@frozen
class Fault:
    """A text of a file below `src`, which is there once, and the wrong one that takes its place."""

    name: str
    path: str
    right: str
    wrong: str


FAULTS = (
    Fault("memory: a repeated push is appended again", MEMORY, "if change.op_id not in self._op_ids:", "if True:"),
    Fault(
        "Turso: a repeated push is appended again",
        TURSO,
        "SELECT value ->> 0, :node,",
        "SELECT (value ->> 0) || hex(randomblob(4)), :node,",
    ),
    Fault(
        "acknowledged before it is pushed",
        SYNCHRONIZE,
        "        await self.replica.push(boot, read.bookmark, batch)\n",
        "        await self.copy.write(lambda _, ledger: ledger.told(batch))\n"
        "        await self.replica.push(boot, read.bookmark, batch)\n",
    ),
    Fault(
        "acknowledged before the bookmark has passed it",
        SYNCHRONIZE,
        "        await self.replica.push(boot, read.bookmark, batch)\n",
        "        await self.replica.push(boot, read.bookmark, batch)\n"
        "        await self.copy.write(lambda _, ledger: ledger.told(batch))\n",
    ),
    Fault(
        "the bookmark moves in a transaction of its own, before the merge",
        SYNCHRONIZE,
        "            await self.copy.write(partial(self._take_in, bookmark, page, ()))\n",
        "            moved = lambda _, ledger: ledger.move(evolve(ledger.place(), bookmark=page.bookmark))\n"
        "            await self.copy.write(moved)\n"
        "            await self.copy.write(partial(self._take_in, page.bookmark, page, ()))\n",
    ),
    Fault(
        "the clock hears of no stamp", SYNCHRONIZE, "            clock = clock.received(stamp)\n", "            pass\n"
    ),
    Fault(
        "triggers stay mute after remote changes",
        LEDGER,
        "        yield\n        self.session.write(statements.MUTE, (0,))\n",
        "        yield\n",
    ),
    Fault(
        "triggers note remote changes",
        LEDGER,
        "self.session.write(statements.MUTE, (1,))",
        "self.session.write(statements.MUTE, (0,))",
    ),
    Fault("a node pulls its own changes", MEMORY, "entry is not None and entry.node != node", "entry is not None"),
    Fault(
        "a node skips what any node pushed that has read as far",
        MEMORY,
        "entry is not None and entry.node != node",
        "entry is not None and entry.node not in self.nodes",
    ),
    Fault("Turso: a node pulls its own changes", TURSO, "seq > :seq AND node <> :node", "seq > :seq AND :node <> ''"),
    Fault(
        "an opening keeps the former one's boot",
        COPY,
        "clock=evolve(place.clock, boot=boot)",
        "clock=place.clock",
    ),
    Fault(
        "what was written here is not looked at before a merge",
        SYNCHRONIZE,
        "        while self._look_at_some(stores, ledger):\n            pass\n        ledger.told",
        "        ledger.told",
    ),
    Fault(
        "conflicts are told last",
        LEDGER,
        "for table in SHARED), limit",
        "for table in reversed(SHARED)), limit",
    ),
    Fault("what changed meanwhile counts as told", STATEMENTS, " AND pk = ? AND state = ?", " AND pk = ? AND ? <> ''"),
    Fault(
        "a default is stamped by the clock",
        "domain/sync/capture.py",
        "    if not row.life and default is not None:\n        row = fact(default)\n",
        "",
    ),
    Fault("a newer release's log is used", SYNCHRONIZE, "if log.schema > self.schema:", "if log.schema < 0:"),
    Fault("another account's log is used", SYNCHRONIZE, "if not is_of(log.epoch, self.account):", "if not log.epoch:"),
    Fault(
        "a replaced log is not told everything",
        SYNCHRONIZE,
        "    if anew:\n        ledger.tell_all()\n",
        "",
    ),
    Fault(
        "a replaced log is not noticed",
        MEMORY,
        "or bookmark.seq < self.floor or there",
        "or bookmark.seq <= state.head.seq",
    ),
    Fault(
        "a log that another node filled alike is not told from the former",
        MEMORY,
        'return f"{self.change.op_id}{self.node}"',
        "return self.change.op_id",
    ),
    Fault(
        "a fact is stamped by the clock",
        "domain/sync/capture.py",
        "    return Row(life=1, writes={content_stamp(values): values})",
        "    import time\n\n"
        '    now = f"{time.time_ns() // 10**6:012x}"\n'
        "    return Row(life=1, writes={Stamp(now + content_stamp(values)[12:]): values})",
    ),
    Fault("nothing that lost is put on record", SYNCHRONIZE, "overwritten += merged.conflicts", "pass"),
    Fault(
        "triggers note what changes nothing",
        TRIGGERS,
        'f"AFTER UPDATE ON {table} WHEN {_OURS} AND ({changed})", new',
        'f"AFTER UPDATE ON {table} WHEN {_OURS}", new',
    ),
    Fault(
        "writes that triggers may have missed are not looked for",
        COPY,
        "    if triggers.install(session):\n        triggers.note_all(session)\n",
        "    triggers.install(session)\n",
    ),
    Fault(
        "a row that was written and deleted at once leaves a damaged state",
        LEDGER,
        "if row.life and not mere_fact:",
        "if not mere_fact:",
    ),
    Fault(
        "a fill that another node's record replaced is not counted anew",
        LEDGER,
        "(record_anew := SQL[table].record_anew) is not None",
        "(record_anew := SQL[table].record_anew) == ''",
    ),
)
