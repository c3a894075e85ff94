"""The wall clock tells UTC in milliseconds."""

from datetime import UTC, datetime, timedelta

from adapters.system.clock import wall_clock
from domain.shared.time import parsed, text


def test_the_present_in_whole_milliseconds():
    before = datetime.now(UTC)
    now = wall_clock()

    assert before - timedelta(milliseconds=1) < now <= datetime.now(UTC)
    assert now.tzinfo is UTC
    assert parsed(text(now)) == now
