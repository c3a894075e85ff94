"""Changes: the state of one row, written down for other nodes."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from json.encoder import encode_basestring
from types import NoneType
from typing import NewType, cast

from attrs import frozen

from domain.errors import Invalid
from domain.sync.clock import checked_stamp
from domain.sync.row import Row, Values, content_stamp, row_of

Key = NewType("Key", str)
"""A row's key within its table: the key columns' texts as a JSON array."""

MAX_PAYLOAD = 1_000_000
"""Bytes of the largest payload that can be exchanged."""

MAX_LIFE = 2**31

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_read = json.JSONDecoder().raw_decode
_TEXTS = {str, NoneType}


@frozen(kw_only=True)
class Change:
    """The state a row has come to on some node."""

    table: str
    key: Key
    payload: str

    @property
    def op_id(self) -> str:
        """What identifies the change: the same state of the same row has the same one, whoever pushes it."""
        return blake2b(f"{self.table}\n{self.key}\n{self.payload}".encode(), digest_size=16).hexdigest()


def change_of(table: str, key: Key, row: Row) -> Change:
    """The change that tells other nodes of `row`.

    Raises:
        Invalid: the row is too large to be exchanged.
    """
    return _change(table, key, encoded(row))


def fact_change(table: str, key: Key, values: Values) -> Change:
    """The change that tells other nodes of an immutable row, which is written down at once as there are many.

    Raises as `change_of` does.
    """
    texts = [
        f"{encode_basestring(name)}:{'null' if value is None else encode_basestring(value)}"
        for name, value in sorted(values.items())
    ]
    return _change(table, key, f'[1,{{"{content_stamp(values)}":{{{",".join(texts)}}}}},[]]')


def _change(table: str, key: Key, payload: str) -> Change:
    if len(payload) > MAX_PAYLOAD or len(payload.encode()) > MAX_PAYLOAD:
        raise Invalid(f"{table} {key} is larger than {MAX_PAYLOAD} bytes", code="row_too_large")
    return Change(table=table, key=key, payload=payload)


def key_of(values: Sequence[str]) -> Key:
    return Key(f"[{','.join(map(encode_basestring, values))}]")


def key_values(key: Key) -> tuple[str, ...]:
    """The texts of the key columns, in the table's order."""
    return tuple(json.loads(key))


def encoded(row: Row) -> str:
    """The row as canonical JSON text: `[life,{stamp:{column:value}},[seen stamps]]`, names sorted, no spaces."""
    return _json([row.life, row.writes, row.seen])


def decoded(payload: str) -> Row:
    """The row that was written down.

    Raises:
        Invalid: this is not what `encoded` writes.
    """
    try:
        life, writes, seen = json.loads(payload)
        if type(life) is int and 0 < life <= MAX_LIFE and all(_is_write(values, life) for values in writes.values()):
            for stamp in (*writes, *seen):
                checked_stamp(stamp)
            row = row_of(life, writes, seen)
            if writes and encoded(row) == payload:
                return row
    except (ValueError, TypeError, AttributeError, RecursionError, Invalid):
        pass
    raise Invalid("a change cannot be read", code="damaged_change")


def fact_of(change: Change) -> Values | None:
    """What the fact of a change says; None if the change is more than one fact, or cannot be read."""
    try:
        (life, writes, seen), end = _read(change.payload)
        ((stamp, values),) = writes.items()
        whole = life == 1 and not seen and end == len(change.payload)
        if whole and _is_write(values, 1) and stamp == content_stamp(values):
            return cast(Values, values)
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    return None


def _is_write(values: Values, life: int) -> bool:
    return _TEXTS.issuperset(map(type, values.values())) and not (values and life % 2 == 0)
