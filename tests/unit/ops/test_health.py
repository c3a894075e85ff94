"""Health: the service is as bad as its worst part."""

import pytest

from domain.ops.health import Check, Status, verdict
from support.build import START

P, W, F = Status.PASS, Status.WARN, Status.FAIL


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [([], P), ([P], P), ([P, P], P), ([P, W], W), ([W, P], W), ([F], F), ([W, F, P], F), ([F, W], F), ([P, F], F)],
)
def test_the_worst_part_decides(statuses: list[Status], whole: Status) -> None:
    checks = [Check(component=str(n), status=status, time=START) for n, status in enumerate(statuses)]
    assert verdict(checks) is whole
