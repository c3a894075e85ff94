"""The laws of the join, on any states that could be written down, reachable or forged."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sync.change import decoded, encoded
from domain.sync.clock import Boot, stamp_of
from domain.sync.conflict import merge
from domain.sync.merge import join
from domain.sync.policy import COLUMNS, UNION, lowest, ranked, shown, switch
from domain.sync.row import UNHEARD, row_of

BOOTS = [Boot(f"{number:016x}") for number in (1, 2, 3)]
COLUMN_NAMES = ("a", "b")
POLICIES = [
    COLUMNS,
    UNION,
    ranked("a", {"0": ["1"], "1": ["1", "2", "3"], "2": [], "3": []}),
    switch("a", on="1"),
    lowest("a", "b"),
]


def state(life, newest, standing, forged):
    """A state that has heard of each boot's writes up to `newest`, of which the bits of `standing` still stand."""
    heard = [stamp_of(time, 0, boot) for boot, last in zip(BOOTS, newest, strict=True) for time in range(1, last + 1)]
    writes = {}
    for number, stamp in enumerate(heard):
        bits = standing >> 3 * number
        values = {
            name: str((number + index + (forged >> number & 1)) % 4)
            for index, name in enumerate(COLUMN_NAMES)
            if bits >> index & 1
        }
        if (values and life % 2) or (bits & 1 and not life % 2):
            writes[stamp] = values if life % 2 else {}
    return row_of(life, writes, heard)


states = st.builds(
    state,
    st.sampled_from([1, 1, 1, 1, 2, 2, 3]),
    st.tuples(*[st.integers(0, 3)] * 3),
    st.integers(0, 2**27 - 1),
    st.sampled_from([0, 0, 0, 5, 170]),
).filter(lambda row: row.writes)


@settings(max_examples=3000)
@given(states, states, states)
def test_the_join_is_commutative_associative_and_idempotent(one, two, three):
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))
    assert join(one, one) == one
    assert join(join(one, two), one) == join(one, two)
    assert join(UNHEARD, one) == one


@settings(max_examples=3000)
@given(states, states, states, st.sampled_from(POLICIES))
def test_merging_under_a_policy_ends_alike_in_every_order_and_when_repeated(one, two, three, policy):
    ends = []
    for order in permutations((one, two, three)):
        row = UNHEARD
        for theirs in (*order, *reversed(order)):
            row = merge("t", "[]", row, theirs, policy).row
        ends.append(row)

    assert all(end == ends[0] for end in ends)
    assert all(shown(end, policy) == shown(ends[0], policy) for end in ends)
    assert merge("t", "[]", ends[0], two, policy).row == ends[0]


@given(states)
def test_a_state_survives_being_written_down(row):
    assert decoded(encoded(row)) == row
