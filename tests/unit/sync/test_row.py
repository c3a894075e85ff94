"""A node's own writes: what they leave standing, and what the row has then heard of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sync.clock import Boot, boot_of, stamp_of
from domain.sync.merge import join
from domain.sync.row import UNHEARD, Row, content_stamp, deleted, row_of, written

A, B = Boot("a" * 16), Boot("b" * 16)


def at(time, boot):
    return stamp_of(time, 0, boot)


def test_a_row_that_one_boot_wrote_once_is_that_write_alone():
    row = written(UNHEARD, at(1, A), {"x": "1", "y": None})

    assert row == Row(life=1, writes={at(1, A): {"x": "1", "y": None}})
    assert row.alive


def test_a_replaced_write_is_remembered_only_where_no_later_one_of_its_boot_stands():
    row = written(UNHEARD, at(1, A), {"x": "1", "y": "1"})
    same_boot, other_boot = written(row, at(2, A), {"x": "2", "y": "2"}), written(row, at(2, B), {"x": "2", "y": "2"})

    assert same_boot.seen == ()
    assert other_boot.seen == (at(1, A),)


def test_a_replaced_column_leaves_the_rest_of_its_write():
    row = written(written(UNHEARD, at(1, A), {"x": "1", "y": "1"}), at(2, B), {"x": "2"})

    assert row.writes == {at(1, A): {"y": "1"}, at(2, B): {"x": "2"}}


def test_lives_alternate_and_knowledge_is_kept_through_them():
    row = written(UNHEARD, at(1, A), {"x": "1"})
    gone = deleted(row, at(2, B))
    back = written(gone, at(3, B), {"x": "2"})

    assert [item.life for item in (row, gone, back)] == [1, 2, 3]
    assert [item.alive for item in (UNHEARD, row, gone, back)] == [False, True, False, True]
    assert gone.writes == {at(2, B): {}}
    assert back.writes == {at(3, B): {"x": "2"}}
    assert back.knows(at(1, A))
    assert not back.knows(at(4, A))


def test_a_row_without_columns_beside_its_key_lives_and_dies():
    row = written(UNHEARD, content_stamp({}), {})

    assert row.alive
    assert join(row, row) == row
    assert not join(row, deleted(row, at(1, A))).alive


def test_a_write_replaced_in_part_here_and_in_part_there_is_gone_after_the_merge():
    row = written(UNHEARD, at(1, A), {"x": "1", "y": "1"})

    merged = join(written(row, at(2, A), {"x": "2"}), written(row, at(3, B), {"y": "2"}))

    assert merged.writes == {at(2, A): {"x": "2"}, at(3, B): {"y": "2"}}


def test_knowing_a_write_means_knowing_the_earlier_ones_of_its_boot():
    row = row_of(1, {at(5, A): {"x": "1"}}, [at(3, B)])

    assert all(row.knows(stamp) for stamp in (at(5, A), at(4, A), at(3, B), at(1, B)))
    assert not any(row.knows(stamp) for stamp in (at(6, A), at(4, B), at(1, Boot("c" * 16))))


contents = st.dictionaries(st.text(max_size=3), st.none() | st.text(max_size=3), max_size=3)


@given(contents, contents, st.integers(1, 3), st.integers(1, 3))
def test_contents_have_equal_stamps_exactly_when_they_are_equal(one, two, life, other_life):
    equal = (one, life) == (two, other_life)

    assert (content_stamp(one, life) == content_stamp(two, other_life)) == equal


@given(contents)
def test_a_content_stamp_is_older_than_any_clock(content):
    assert content_stamp(content) < stamp_of(0, 1, Boot("0" * 16))
    assert len(boot_of(content_stamp(content))) == 16


@pytest.mark.parametrize(
    ("values", "life", "digest"),
    [
        ({}, 1, "f6fc42039fba3776"),
        ({"price": "1.5"}, 3, "6de327842611c584"),
        ({"price": "1.5", "note": None, "by": "é"}, 1, "169613d265a6d813"),
    ],
)
def test_the_stamp_of_a_content_is_the_same_in_every_release(values, life, digest):
    assert content_stamp(values, life) == "0" * 16 + digest
