"""The shared tables as people read them at the remote."""

from collections.abc import Mapping

from attrs import frozen
from sqlalchemy import Integer

from adapters.sql.shared import SHARED, Shared


@frozen
class MirrorTable:
    """The columns of a table: those of its key, and the others; `integers` of them hold numbers, the rest text."""

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    integers: frozenset[str] = frozenset()


def _mirror(shared: Shared) -> MirrorTable:
    integers = frozenset(column.name for column in shared.table.c if isinstance(column.type, Integer))
    return MirrorTable(shared.keys, shared.columns, integers)


MIRRORS: Mapping[str, MirrorTable] = {name: _mirror(shared) for name, shared in SHARED.items()}
