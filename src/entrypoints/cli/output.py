"""What commands print: a table of names and values for people, JSON for programs."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec


def as_json(value: object) -> str:
    """One JSON value on one line, with the unknown as its text."""
    return msgspec.json.encode(value, enc_hook=str).decode()


def show(value: Any, *, json: bool) -> None:
    """Print an attrs object or a mapping."""
    if json:
        print(as_json(value))
        return
    rows: Mapping[str, object] = attrs.asdict(value) if attrs.has(type(value)) else value
    width = max(map(len, rows), default=0)
    for name, item in rows.items():
        print(f"{name:{width}}  {_plain(item)}")


def _plain(item: object) -> str:
    if item is None:
        return "-"
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, list | tuple):
        return "; ".join(str(part) for part in item) or "-"
    return str(item)
