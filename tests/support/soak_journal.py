"""What bots in a soak put down about their writes, and what follows from it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from attrs import define, field, frozen

TOLD_APART = {
    "orders": ["reason"],
    "trading_halt": ["reason"],
    "risk_limits": ["max_position", "max_daily_loss"],
    "strategies": ["allocation"],
    "symbols": ["price_tick", "minimum_notional"],
}
"""The columns of rows that change in which no value is written twice. Of facts, every column is looked at."""

Cell = tuple[str, str, str, str | None]
"""Table, key, column and value."""


@frozen(kw_only=True)
class Discarded:
    """A file that is gone: which part of the journal only it had, and what it had not told to the log yet."""

    start: int
    end: int
    waiting: frozenset[tuple[str, str]]


class Bot(Protocol):
    """What is left of a bot."""

    path: Path
    journal: Path
    discarded: list[Discarded]


@define
class Written:
    """What the journals say: acknowledged cells and where, and which cell replaced which."""

    acknowledged: list[tuple[Cell, Bot, int]] = field(factory=list)
    replaced: dict[Cell, set[Cell]] = field(factory=lambda: defaultdict(set))

    def read(self, bot: Bot) -> None:
        at, pending = 0, dict[int, list[Any]]()
        for line in bot.journal.read_bytes().splitlines(keepends=True):
            noted = json.loads(line)
            at += len(line)
            if "writes" in noted:
                pending[noted["number"]] = noted["writes"]
                for table, key, before, after in noted["writes"]:
                    self._replace(table, key, before or {}, after)
            else:
                writes = pending.pop(noted["done"])
                found = (cell for table, key, _, row in writes for cell in cells(table, key, row))
                self.acknowledged += [(cell, bot, at) for cell in found]

    def _replace(self, table: str, key: str, before: dict[str, str | None], after: dict[str, str | None]) -> None:
        for cell in cells(table, key, after):
            if (former := before.get(cell[2])) is not None and former != cell[3]:
                self.replaced[(*cell[:3], former)].add(cell)


def cells(table: str, key: str, values: dict[str, str | None]) -> Iterator[Cell]:
    for column in TOLD_APART.get(table, values):
        yield table, key, column, values[column]


def in_effect(kept: set[Cell], replaced: dict[Cell, set[Cell]]) -> set[Cell]:
    """These, and what was knowingly replaced by one of them, or by what was replaced by one of them, and so on."""
    former: dict[Cell, set[Cell]] = defaultdict(set)
    for cell, later in replaced.items():
        for one in later:
            former[one].add(cell)
    found, new = set(kept), list(kept)
    while new:
        new = [cell for one in new for cell in former[one] if cell not in found]
        found.update(new)
    return found


def was_discarded(cell: Cell, bot: Bot, at: int) -> bool:
    return any(gone.start < at <= gone.end and cell[:2] in gone.waiting for gone in bot.discarded)
