"""Pages: every item comes exactly once, and the last page says that it is the last."""

from hypothesis import given
from hypothesis import strategies as st

from domain.shared.page import page_of


@given(st.integers(min_value=0, max_value=30), st.integers(min_value=1, max_value=10))
def test_following_the_cursor_reads_everything_once(size: int, limit: int) -> None:
    everything = list(range(size))
    read: list[int] = []
    cursor: str | None = "-1"
    while cursor is not None:
        after = int(cursor)
        found = [number for number in everything if number > after][: limit + 1]
        page = page_of(found, limit, str)
        assert len(page.items) <= limit
        read.extend(page.items)
        cursor = page.next_cursor
    assert read == everything
