"""The backlog: what was recorded and not traded yet."""

from collections.abc import Sequence

from attrs import define, field

from domain.market.candle import Candle
from entrypoints.jobs.pulse import Pulse

LONGEST = 5_000


@define(kw_only=True)
class Backlog:
    """Connects recording with trading, which need not read back from the record what was just put there.

    It knows only of candles that this process recorded, so it may show less than there is, never more.
    """

    recorder: Pulse
    trader: Pulse
    count: int = field(init=False, default=0)
    _kept: list[Candle] | None = field(init=False, default=None)

    @property
    def long(self) -> bool:
        """Whether recording had better wait, if it can."""
        return self.count > LONGEST

    def recorded(self, candles: Sequence[Candle]) -> None:
        """Wakes the trader."""
        self.count += len(candles)
        if self._kept is not None:
            self._kept.extend(candles)
            if len(self._kept) > 2 * LONGEST:
                self.forget()
        self.trader.beat()

    def traded(self, count: int) -> None:
        """Wakes the recorder once the backlog is no longer long."""
        was_long = self.long
        self.count = max(0, self.count - count)
        if was_long and not self.long:
            self.recorder.beat()

    def forget(self) -> None:
        """Keep no candles: the record has to be asked for the next ones."""
        self._kept = None

    def follow(self) -> None:
        """Keep what is recorded from now on, where nothing waits on record."""
        self._kept = None if self.count else []

    def kept(self, most: int) -> Sequence[Candle] | None:
        """Up to `most` of the candles kept, which are the next ones; None when the record has to be asked."""
        if self._kept is None:
            return None
        found, self._kept = self._kept[:most], self._kept[most:]
        return found
