"""Noise by index: what it is at a minute depends on the minute alone, not on who asked before."""

from collections.abc import Callable
from hashlib import blake2b

_MASK = (1 << 64) - 1


def key_of(*parts: object) -> int:
    """A 64-bit key of its own for every list of parts."""
    written = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(written.encode(), digest_size=8).digest(), "big")


def hashed(key: int, index: int) -> int:
    """64 bits, evenly spread: the `index`-th output of SplitMix64 (Steele, Lea, Flood 2014)."""
    bits = (key + (index + 1) * 0x9E3779B97F4A7C15) & _MASK
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB & _MASK
    return bits ^ bits >> 31


def signed(key: int, index: int) -> float:
    """A number in [-1, 1)."""
    return (hashed(key, index) >> 11) * 2.0**-52 - 1.0


def alternating(key: int, index: int) -> float:
    """A number in [0.5, 1) for every even index and in (-1, -0.5] for every odd one."""
    height = 0.5 + 0.5 * abs(signed(key, index))
    return -height if index % 2 else height


class Wave:
    """Smooth noise in [-1, 1]: a height drawn every `length` minutes, and eased from one to the next."""

    def __init__(self, key: int, length: int, height: Callable[[int, int], float] = signed) -> None:
        self._key, self._length, self._height, self._phase = key, length, height, key % length
        self._cell, self._left, self._right = -1, 0.0, 0.0

    def at(self, minute: int) -> float:
        cell, offset = divmod(minute + self._phase, self._length)
        if cell != self._cell:
            self._cell = cell
            self._left, self._right = self._height(self._key, cell), self._height(self._key, cell + 1)
        x = offset / self._length
        return self._left + (self._right - self._left) * x * x * (3 - 2 * x)


class Jumps:
    """A level in [-1, 1] that changes abruptly once in every `length` minutes, seldom by much."""

    def __init__(self, key: int, length: int) -> None:
        self._key, self._length = key, length
        self._cell, self._jump, self._before, self._after = -1, 0, 0.0, 0.0

    def at(self, minute: int) -> float:
        cell, offset = divmod(minute, self._length)
        if cell != self._cell:
            self._cell, self._jump = cell, hashed(~self._key, cell) % self._length
            self._before, self._after = signed(self._key, cell) ** 5, signed(self._key, cell + 1) ** 5
        return self._after if offset >= self._jump else self._before
