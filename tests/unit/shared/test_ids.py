"""Identifiers are lower-case UUIDs and nothing else."""

import pytest

from domain.errors import Invalid
from domain.shared.ids import checked_uuid
from support.build import an_id


def test_a_uuid_is_itself() -> None:
    assert checked_uuid(an_id(7), field="id") == "01940000-0000-7000-8000-000000000007"


@pytest.mark.parametrize(
    "written",
    [
        *("", "7", "01940000-0000-7000-8000-00000000000", "01940000-0000-7000-8000-0000000000077"),
        *("0194000000007000800000000000000f", "01940000-0000-7000-8000-00000000000F", "{01940000-0000-7000-8000-0000}"),
        *("01940000-0000-7000-8000-000000000007\n", "01940000-0000-7000-8000-00000000000g", "../../etc/passwd"),
        "01940000-0000-7000-8000-00000000000٧",
    ],
)
def test_anything_else_is_refused_by_name(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_uuid(written, field="order_id")
    assert refusal.value.field == "order_id"
