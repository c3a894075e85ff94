"""Statements: written with SQLAlchemy, compiled once at import, run as plain SQL text.

Each is compiled with the names of its parameters in the order in which callers pass them, so that a
call costs no more than the driver's own.
"""

from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect
from sqlalchemy.sql.expression import ClauseElement


class _Compiler(SQLiteCompiler):
    def visit_bindparam(self, bindparam: BindParameter[Any], *args: Any, **options: Any) -> str:
        """Write constants into the text; only what callers pass is left to bind."""
        options["literal_binds"] = not bindparam.required
        return str(super().visit_bindparam(bindparam, *args, **options))  # type: ignore[no-untyped-call]


class _Dialect(SQLiteDialect):
    statement_compiler = _Compiler


_DIALECT = _Dialect(paramstyle="qmark")

BEYOND = "~"
"""Sorts after every id and every time."""


def compiled(statement: ClauseElement, *names: str) -> str:
    """The SQL text, whose question marks stand for `names` in this order."""
    form = statement.compile(dialect=_DIALECT)
    if (order := tuple(form.positiontup or ())) != names:  # type: ignore[attr-defined]
        raise ValueError(f"the parameters are {order}, not {names}:\n{form}")
    return str(form)


def add(table: Table) -> str:
    """Insert a row, all columns in order; a row whose key is taken changes nothing and counts as no row."""
    return compiled(insert(table).on_conflict_do_nothing(), *table.c.keys())


def save(table: Table) -> str:
    """Insert a row, all columns in order, or replace the rest of the row that has its key."""
    added = insert(table)
    rest = {column.name: added.excluded[column.name] for column in table.c if not column.primary_key}
    return compiled(added.on_conflict_do_update(index_elements=table.primary_key, set_=rest), *table.c.keys())


def replace(table: Table) -> str:
    """Replace all but the key of a row: takes the columns after the first in order, then the key."""
    key, *rest = table.c
    changed = update(table).values({column: bindparam(column.name) for column in rest})
    names = [column.name for column in rest]
    return compiled(changed.where(key == bindparam("the_key")), *names, "the_key")
