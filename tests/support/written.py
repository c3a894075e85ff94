"""An oracle over copies of the record: what was written, who replaced it, and which of it must still be there."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from attrs import define, field

from domain.sync.change import Key

Tables = Mapping[str, Mapping[Key, Mapping[str, Any]]]


class Write(NamedTuple):
    """A value that was put into a column; the tests never write the same one twice."""

    table: str
    key: Key
    column: str
    value: str


@define
class Oracle:
    """Learns from what a table held before and after each write, and knows nothing of how nodes exchange it."""

    writes: set[Write] = field(factory=set)
    replaced_by: dict[Write, set[Write | None]] = field(factory=dict)
    """None stands for the deletion of a row."""

    def saw(self, before: Tables, after: Tables) -> None:
        old, new = _tokens(before), _tokens(after)
        self.writes |= new - old
        successors = {write[:3]: write for write in new - old}
        for write in old - new:
            self.replaced_by.setdefault(write, set()).add(successors.get(write[:3]))

    def forget_lost(self, copies: Iterable[str]) -> None:
        """Backups were restored: what is on none of the `copies` any more is truly gone."""
        texts = list(copies)
        held = {write for write in self.writes if any(write.value in text for text in texts)}
        self.writes = {write for write in self.writes if self._leads_to(write, held)}

    def missing(self, tables: Tables) -> list[Write]:
        """What is not shown, though no one who knew it replaced it, and which is not on record as lost."""
        shown = _tokens(tables)
        lost = {
            (record["table_name"], record["row_key"], record["column_name"], record["loser_value"])
            for record in tables["conflicts"].values()
        }
        return [
            write
            for write in sorted(self.writes)
            if write not in shown
            and tuple(write) not in lost
            and not any(by is None or by in self.writes for by in self.replaced_by.get(write, ()))
        ]

    def _leads_to(self, write: Write, held: set[Write]) -> bool:
        seen, ahead = set[Write | None](), [write]
        while ahead:
            one = ahead.pop()
            if one is None or one in held:
                return True
            if one not in seen:
                seen.add(one)
                ahead += self.replaced_by.get(one, ())
        return False


def token(number: int) -> str:
    """A text that no other number's contains; as an amount, a fraction."""
    return f"0.5{number:06d}1"


def _tokens(tables: Tables) -> set[Write]:
    return {
        Write(table, key, column, value)
        for table, rows in tables.items()
        if table != "conflicts"
        for key, row in rows.items()
        for column, value in row.items()
        if isinstance(value, str) and len(value) == 10 and value.startswith("0.5") and value.endswith("1")
    }
