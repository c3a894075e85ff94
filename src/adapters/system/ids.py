"""UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits that count up within one of them."""

from collections.abc import Callable
from secrets import randbits
from threading import Lock
from time import time_ns

_RANDOM_BITS = 74
_LOW_BITS = 62
_LOW = (1 << _LOW_BITS) - 1
_VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << _LOW_BITS


class UuidV7:
    """Mints identifiers that sort in the order of their making; may be called from any thread.

    In a millisecond after that of the last identifier the random bits are drawn anew; otherwise, also
    when the clock was set back, the last identifier is counted up by one, over into the milliseconds
    should its random bits run out (RFC 9562, section 6.2, method 2).
    """

    def __init__(self, clock: Callable[[], int] = time_ns) -> None:
        """`clock` tells nanoseconds since the Unix epoch."""
        self._clock = clock
        self._lock = Lock()
        self._last = 0

    def __call__(self) -> str:
        with self._lock:
            now = self._clock() // 1_000_000
            last = self._last
            last = now << _RANDOM_BITS | randbits(_RANDOM_BITS) if now > last >> _RANDOM_BITS else last + 1
            self._last = last
        high = last >> _LOW_BITS
        number = high >> 12 << 80 | (high & 0xFFF) << 64 | last & _LOW | _VERSION_AND_VARIANT
        digits = number.to_bytes(16, "big").hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
