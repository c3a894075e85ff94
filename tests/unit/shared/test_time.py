"""Instants: written and read as RFC 3339, in an order that text keeps."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.shared.time import EPOCH, milliseconds, parsed, text
from support.generate import instants


def test_the_text_has_milliseconds_and_z() -> None:
    assert text(datetime(2025, 4, 3, 17, 5, tzinfo=UTC)) == "2025-04-03T17:05:00.000Z"
    assert text(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000Z"


@given(instants)
def test_an_instant_survives_being_written_and_read_to_the_millisecond(instant: datetime) -> None:
    read = parsed(text(instant))
    assert read.tzinfo is UTC
    assert timedelta(0) <= instant - read < timedelta(milliseconds=1)


@given(instants, instants)
def test_text_sorts_by_time(one: datetime, other: datetime) -> None:
    assert len(text(one)) == 24
    assert one > other or text(one) <= text(other)


@given(instants)
def test_milliseconds_count_what_the_text_shows(instant: datetime) -> None:
    assert EPOCH + timedelta(milliseconds=milliseconds(instant)) == parsed(text(instant))


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-04-03T17:05:00Z", datetime(2025, 4, 3, 17, 5, tzinfo=UTC)),
        ("2025-04-03t17:05:00z", datetime(2025, 4, 3, 17, 5, tzinfo=UTC)),
        ("2025-04-03T17:05:00.25Z", datetime(2025, 4, 3, 17, 5, 0, 250_000, tzinfo=UTC)),
        ("2025-04-03T17:05:00.123456789Z", datetime(2025, 4, 3, 17, 5, 0, 123_456, tzinfo=UTC)),
        ("2025-04-03T19:05:00+02:00", datetime(2025, 4, 3, 17, 5, tzinfo=UTC)),
        ("2025-04-03T17:05:00-00:00", datetime(2025, 4, 3, 17, 5, tzinfo=UTC)),
        ("1969-12-31T23:59:59.999Z", EPOCH - timedelta(milliseconds=1)),
    ],
)
def test_rfc_3339_is_read(written: str, instant: datetime) -> None:
    assert parsed(written) == instant


@pytest.mark.parametrize(
    "written",
    [
        *("", "now", "2025-04-03", "2025-04-03T17:05:00", "2025-04-03 17:05:00Z", "17:05:00Z", "1743699900000"),
        *("20250403T170500Z", "2025-W14-4T17:05:00Z", "2025-04-03T17:05Z", "2025-04-03T17Z", "2025-04-03T17:05:00,5Z"),
        *("2025-02-30T00:00:00Z", "2025-04-03T24:00:00Z", "2025-04-03T17:60:00Z", "2025-13-01T00:00:00Z"),
        *("2025-04-03T17:05:00+02", "2025-04-03T17:05:00+0200", "2025-04-03T17:05:00+02:00:30"),
        *("2025-04-03T17:05:00+25:00", "2025-04-03T17:05:00 Z", "2025-04-03T17:05:00Z\n", "２０２５-04-03T17:05:00Z"),
        *("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00Z", "12025-01-01T00:00:00Z"),
    ],
)
def test_anything_else_is_refused_by_name(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parsed(written, field="from")
    assert refusal.value.field == "from"


@given(st.text(alphabet="0123456789-:.,TtZz+W ", max_size=30))
def test_reading_any_text_gives_an_instant_or_a_refusal(written: str) -> None:
    with suppress(Invalid):
        assert parsed(written).tzinfo is UTC
