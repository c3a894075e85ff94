"""Triggers that note every write to a shared table, whoever makes it: the bot, a migration, or a shell.

They put down which row it was, and when; what the row holds is read when it is looked at. A write that
changes nothing is not noted, one that is rolled back leaves no note, and a row has one note at most. Keys
never change, and facts can only be added: a shell's REPLACE of one is passed over, as it would go unnoticed.
"""

from collections.abc import Iterator, Mapping

from adapters.sql.session import Session
from adapters.sql.shared import SHARED, Shared

_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_OURS = "(SELECT muted FROM sync_node) = 0"
_FOUND = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'sync_*'"


def install(session: Session) -> bool:
    """Have the triggers of this release; tells whether they were not all there, so that writes may have been missed."""
    found: dict[str, str] = dict(session.all(_FOUND))
    wanted = {name: sql for shared in SHARED.values() for name, sql in _triggers(shared)}
    if found == wanted:
        return False
    _drop(session, found)
    for sql in wanted.values():
        session.write(sql)
    return True


def remove(session: Session) -> None:
    """Note nothing any more."""
    _drop(session, dict(session.all(_FOUND)))


def note_all(session: Session) -> None:
    """Note every row of the shared tables, and every row that is known, as it may have been deleted."""
    for shared in SHARED.values():
        rows = f"SELECT '{shared.name}', {_key(shared, shared.name)}, {_at(shared)} FROM {shared.name} WHERE true"
        session.write(f"INSERT INTO sync_noted {rows} {_AGAIN}")
    session.write(f"INSERT INTO sync_noted SELECT tbl, pk, {_NOW} FROM sync_rows WHERE true {_AGAIN}")


_AGAIN = "ON CONFLICT (tbl, pk) DO UPDATE SET at = excluded.at"


def _triggers(shared: Shared) -> Iterator[tuple[str, str]]:
    """The triggers of a table, by name."""
    table = shared.name
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in shared.columns)
    moved = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in shared.keys)
    yield _trigger(f"{table}_added", f"AFTER INSERT ON {table} WHEN {_OURS}", _note(shared, "NEW"))
    yield _trigger(f"{table}_key", f"BEFORE UPDATE ON {table} WHEN {moved}", _abort(f"a key of {table} never changes"))
    if shared.policy.fact:
        there = " AND ".join(f"{column} = NEW.{column}" for column in shared.keys)
        known = f"{_OURS} AND EXISTS (SELECT 1 FROM {table} WHERE {there})"
        refusal = _abort(f"{table} can only be added to")
        yield _trigger(f"{table}_known", f"BEFORE INSERT ON {table} WHEN {known}", "SELECT RAISE(IGNORE)")
        yield _trigger(f"{table}_changed", f"BEFORE UPDATE ON {table} WHEN {_OURS} AND ({changed})", refusal)
        yield _trigger(f"{table}_deleted", f"BEFORE DELETE ON {table} WHEN {_OURS}", refusal)
    else:
        new, old = _note(shared, "NEW"), _note(shared, "OLD")
        yield _trigger(f"{table}_changed", f"AFTER UPDATE ON {table} WHEN {_OURS} AND ({changed})", new)
        yield _trigger(f"{table}_deleted", f"AFTER DELETE ON {table} WHEN {_OURS}", old)


def _trigger(name: str, when: str, then: str) -> tuple[str, str]:
    return f"sync_{name}", f"CREATE TRIGGER sync_{name} {when} BEGIN {then}; END"


def _abort(reason: str) -> str:
    return f"SELECT RAISE(ABORT, '{reason}')"


def _note(shared: Shared, row: str) -> str:
    # The outer statement's OR clause would replace one of this INSERT, so it has none.
    return f"INSERT INTO sync_noted VALUES ('{shared.name}', {_key(shared, row)}, {_at(shared)}) {_AGAIN}"


def _key(shared: Shared, row: str) -> str:
    """The key as `domain.sync.change.key_of` writes it."""
    return f"json_array({', '.join(f'{row}.{column}' for column in shared.keys)})"


def _at(shared: Shared) -> str:
    """Facts have no time of writing, and need none."""
    return "0" if shared.policy.fact else _NOW


def _drop(session: Session, found: Mapping[str, str]) -> None:
    for name in found:
        session.write(f"DROP TRIGGER {name}")
