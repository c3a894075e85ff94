"""Synchronization: what each copy knows of the others, and what was overwritten."""

from typing import Any

from alembic import op
from sqlalchemy import Column, Integer, Text, text

revision = "0002"
down_revision = "0001"

TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str) -> Column[Any]:
    return Column(name, TEXT, primary_key=True, nullable=False)


def _text(*names: str) -> list[Column[Any]]:
    return [Column(name, TEXT, nullable=False) for name in names]


def _maybe(name: str) -> Column[Any]:
    return Column(name, TEXT, nullable=True)


def _number(*names: str) -> list[Column[Any]]:
    return [Column(name, Integer, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "conflicts",
        _key("id"),
        *_text("found_at", "table_name", "row_key", "column_name", "winner_stamp"),
        _maybe("winner_value"),
        *_text("loser_stamp"),
        _maybe("loser_value"),
        *_text("rule"),
        *_number("for_people"),
        sqlite_with_rowid=False,
    )
    op.create_index("conflicts_found", "conflicts", ["found_at", "id"])
    op.create_table(
        "sync_node",
        _key("scope"),
        *_text("boot"),
        *_number("millisecond", "count"),
        _maybe("epoch"),
        *_number("seq"),
        *_text("op_id"),
        *_number("muted"),
        sqlite_with_rowid=False,
    )
    op.create_table("sync_noted", _key("tbl"), _key("pk"), *_number("at"), sqlite_with_rowid=False)
    op.create_table("sync_rows", _key("tbl"), _key("pk"), *_text("state"), *_number("pending"), sqlite_with_rowid=False)
    op.create_index("sync_rows_pending", "sync_rows", ["tbl", "pk"], sqlite_where=text("pending"))
