"""How far a database is behind this release, or ahead of it."""

from collections.abc import Sequence

from attrs import frozen

from domain.errors import Unavailable


@frozen(kw_only=True)
class SchemaStatus:
    """The revision a database is at (None before the first), the newest there is, and those still to come."""

    current: str | None
    head: str
    pending: tuple[str, ...]

    def check(self) -> None:
        """Raises Unavailable unless nothing is to come."""
        if self.pending:
            raise Unavailable(
                f"the database (DATABASE_URL) is at revision {self.current or 'none'}, this release needs {self.head}; "
                "run `cryptobot migrate up`",
                code="database_older",
            )


def status_at(current: str | None, revisions: Sequence[str]) -> SchemaStatus:
    """Raises Unavailable if `current` is none of `revisions`, which are all there are, in order."""
    head = revisions[-1]
    if current is None:
        return SchemaStatus(current=None, head=head, pending=tuple(revisions))
    if current not in revisions:
        raise Unavailable(
            f"the database (DATABASE_URL) is at revision {current} of a newer release, this one knows {head}; "
            "run the newer release, or restore a backup from before it",
            code="database_newer",
        )
    return SchemaStatus(current=current, head=head, pending=tuple(revisions[revisions.index(current) + 1 :]))
