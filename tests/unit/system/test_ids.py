"""Identifiers are UUIDv7, sort by their making, and no two are equal."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from time import time_ns
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from adapters.system.ids import UuidV7
from domain.shared.ids import checked_uuid

MILLISECOND = 1_000_000


class Clock:
    def __init__(self, milliseconds):
        self.milliseconds = milliseconds

    def __call__(self):
        return self.milliseconds * MILLISECOND


def time_of(text):
    return UUID(text).int >> 80


def test_they_are_uuids_of_version_7_with_the_time_in_front():
    before = time_ns() // MILLISECOND
    text = UuidV7()()
    after = time_ns() // MILLISECOND

    assert checked_uuid(text, field="id") == text == str(UUID(text))
    assert (UUID(text).version, UUID(text).variant) == (7, RFC_4122)
    assert before <= time_of(text) <= after


def test_the_example_of_the_standard():
    # RFC 9562, appendix A.6: 2022-02-22T14:22:22.000-05:00
    assert UuidV7(Clock(0x017F22E279B0))().startswith("017f22e2-79b0-7")


@given(st.lists(st.integers(min_value=-5, max_value=5), min_size=1, max_size=50))
def test_they_rise_whatever_the_clock_does(steps):
    clock = Clock(1_700_000_000_000)
    new_id = UuidV7(clock)
    made = [new_id()]
    for step in steps:
        clock.milliseconds += step
        made.append(new_id())

    assert all(earlier < later for earlier, later in pairwise(made))
    assert all((UUID(text).version, UUID(text).variant) == (7, RFC_4122) for text in made)


def test_each_millisecond_starts_at_random():
    clock = Clock(1_700_000_000_000)
    new_id = UuidV7(clock)
    tails = set()
    for _ in range(100):
        clock.milliseconds += 1
        tails.add(new_id()[14:])

    assert len(tails) == 100
    assert len({tail[:4] for tail in tails}) > 50


def test_random_bits_that_run_out_carry_into_the_time(monkeypatch):
    monkeypatch.setattr("adapters.system.ids.randbits", lambda bits: (1 << bits) - 1)
    new_id = UuidV7(Clock(1_700_000_000_000))
    first, second = new_id(), new_id()

    assert first.endswith("-7fff-bfff-ffffffffffff")
    assert second.endswith("-7000-8000-000000000000")
    assert time_of(second) == time_of(first) + 1


def test_threads_never_get_the_same():
    new_id = UuidV7(Clock(1_700_000_000_000))
    with ThreadPoolExecutor(8) as pool:
        lots = list(pool.map(lambda _: [new_id() for _ in range(2_000)], range(8)))

    assert all(lot == sorted(lot) for lot in lots)
    assert len(set().union(*lots)) == 16_000
