"""The stores' statements as PostgreSQL reads them: what SQLAlchemy made for SQLite, with numbers for its parameters."""

import re
from functools import cache
from itertools import count

_SIGN = re.compile(r"'[^']*'|\?")


@cache
def numbered(sql: str) -> str:
    """The text with `$1`, `$2` and so on for its question marks, except for those in constants."""
    numbers = count(1)
    return _SIGN.sub(lambda found: f"${next(numbers)}" if found[0] == "?" else found[0], sql)


@cache
def counted(sql: str) -> str:
    """The same, with a row for each that it changes."""
    return f"{numbered(sql)} RETURNING 1"
