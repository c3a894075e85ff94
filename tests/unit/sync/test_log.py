"""What is pushed at once."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.sync.change import MAX_PAYLOAD, Change, key_of
from domain.sync.log import BATCH_BYTES, BATCH_CHANGES, PAGE_BYTES, batches


def a_change(number: int, size: int) -> Change:
    return Change(table="notes", key=key_of([str(number)]), payload="é" * (size // 2))


def length(batch) -> int:
    return sum(len(f"{change.table}{change.key}{change.payload}".encode()) for change in batch)


@given(st.lists(st.sampled_from([0, 100, BATCH_BYTES // 3, MAX_PAYLOAD]), max_size=12))
def test_every_change_is_in_one_batch_in_order_and_no_batch_is_too_large(sizes):
    changes = [a_change(number, size) for number, size in enumerate(sizes)]

    made = list(batches(changes))

    assert [change for batch in made for change in batch] == changes
    assert all(batch and length(batch) <= BATCH_BYTES for batch in made)
    assert all(length([*batch, following[0]]) > BATCH_BYTES for batch, following in pairwise(made))


def test_many_small_changes_are_cut_by_number():
    changes = [a_change(number, 10) for number in range(2 * BATCH_CHANGES + 1)]

    assert [len(batch) for batch in batches(changes)] == [BATCH_CHANGES, BATCH_CHANGES, 1]


def test_a_change_fits_into_a_batch_and_a_page():
    assert min(BATCH_BYTES, PAGE_BYTES) > MAX_PAYLOAD
