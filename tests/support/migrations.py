"""Releases to come: folders of migrations with more revisions than this one has."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from adapters.sql.migrations import FOLDER, HEAD

_REVISION = """
from alembic import op
revision = {revision!r}
down_revision = {before!r}
def upgrade():
    for statement in {statements!r}:
        op.execute(statement)
"""


def next_release(folder: Path, *revisions: list[str]) -> Path:
    """A copy of the migrations, and after them one revision for each list of statements."""
    made = shutil.copytree(FOLDER, folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    for number, statements in enumerate(revisions, start=1):
        content = _REVISION.format(revision=planted(number), before=planted(number - 1), statements=statements)
        (made / "versions" / f"r{planted(number)}_planted.py").write_text(content)
    return made


def planted(number: int) -> str:
    """The name of that revision of the next release; 0 is the newest of this one."""
    return f"{int(HEAD) + number:04}"


def execute(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """Run them on the file and return the rows of the last."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return [connection.execute(statement).fetchall() for statement in statements][-1]


def definitions(path: Path) -> dict[str, str]:
    """What the file says of its tables and indices, blanks aside."""
    rows = execute(path, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
    return {str(name): " ".join(str(sql).split()) for name, sql in rows}
