"""The one rule that all periods share."""

from domain.errors import Invalid


def check_period(period: int, *, field: str = "period") -> None:
    """Raises Invalid unless `period` is at least one candle."""
    if period < 1:
        raise Invalid("must be at least 1", field=field)
