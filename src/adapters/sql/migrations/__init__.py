"""The schema's history, forward only: one file for each revision, named by its number.

Which revisions there are is read from the file names, so that a start with nothing to do need not
import alembic.
"""

from pathlib import Path

FOLDER = Path(__file__).parent


def revisions(folder: Path) -> tuple[str, ...]:
    """The revisions in a folder of migrations, oldest first."""
    return tuple(sorted(path.stem.partition("_")[0].removeprefix("r") for path in folder.glob("versions/r*.py")))


REVISIONS = revisions(FOLDER)
HEAD = REVISIONS[-1]
