"""Noise by index: well spread, smooth where it should be, and abrupt where it should be."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adapters.exchange.noise import Jumps, Wave, alternating, hashed, key_of, signed

keys = st.integers(0, 2**64 - 1)


def test_the_hash_is_splitmix64() -> None:
    """The first numbers of the generator seeded with zero, as its authors publish them."""
    assert [hashed(0, index) for index in range(3)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_keys_tell_lists_of_parts_apart() -> None:
    assert len({key_of(1, "ab"), key_of(1, "a", "b"), key_of("1a", "b"), key_of(2, "ab"), key_of("ab", 1)}) == 5


@given(keys)
def test_a_wave_is_smooth_and_fills_its_range(key: int) -> None:
    wave = Wave(key, 100)
    heights = [wave.at(minute) for minute in range(5000)]
    assert max(abs(one - other) for one, other in pairwise(heights)) <= 2 * 1.5 / 100
    assert -1 <= min(heights) < -0.5
    assert 0.5 < max(heights) <= 1


@given(keys)
def test_an_alternating_wave_swings_up_and_down_with_every_length(key: int) -> None:
    wave = Wave(key, 10, alternating)
    signs = [wave.at(minute) > 0 for minute in range(1000)]
    assert 99 <= sum(one is not other for one, other in pairwise(signs)) <= 100


@given(keys)
def test_a_jump_comes_once_in_every_length_at_a_time_of_its_own(key: int) -> None:
    jumps = Jumps(key, 50)
    levels = [jumps.at(minute) for minute in range(2000)]
    changed = [minute for minute, (one, other) in enumerate(pairwise(levels), start=1) if one != other]
    assert len({minute // 50 for minute in changed}) == len(changed) >= 38
    assert len({minute % 50 for minute in changed}) > 10
    assert sorted(map(abs, levels))[len(levels) // 2] < 0.2


def test_signed_numbers_are_spread_evenly() -> None:
    numbers = sorted(signed(1, index) for index in range(10_000))
    assert -1 <= numbers[0] < -0.99 < 0.99 < numbers[-1] < 1
    assert abs(numbers[5000]) < 0.05
