"""The lag: how far recording is ahead of trading."""

from attrs import define

from entrypoints.jobs.pulse import Pulse

LONGEST = 5_000


@define(kw_only=True)
class Lag:
    """Candles recorded by this process that trading has not seen yet.

    Those an earlier run left behind are not counted, so it may show less than there is, never more.
    """

    recorder: Pulse
    trader: Pulse
    candles: int = 0

    @property
    def long(self) -> bool:
        """Whether recording had better wait, if it can."""
        return self.candles > LONGEST

    def recorded(self, count: int) -> None:
        """Wakes the trader."""
        self.candles += count
        self.trader.beat()

    def traded(self, count: int) -> None:
        """Wakes the recorder once the lag is no longer long."""
        was_long = self.long
        self.candles = max(0, self.candles - count)
        if was_long and not self.long:
            self.recorder.beat()
