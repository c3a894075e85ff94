"""The board asks in the background: no component that hangs or fails keeps it from the others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from domain.errors import Unavailable
from domain.ops.health import Check, Status, verdict
from entrypoints.jobs.board import Glance, HealthBoard
from entrypoints.jobs.inquiry import Finding, Probe
from support.build import START
from support.virtual_time import elapsed

pytestmark = pytest.mark.anyio


def a_probe(ask: Callable[[], Awaitable[Finding]], *, component: str = "database", **settings: float) -> Probe:
    return Probe(component=component, ask=ask, failing=Status.FAIL, **settings)


@asynccontextmanager
async def watched(*probes: Probe, glances: Sequence[Glance] = ()) -> AsyncIterator[HealthBoard]:
    """A board that has begun to look; its wall clock began at START."""
    board = HealthBoard(probes, glances, now=lambda: START + timedelta(seconds=elapsed()), elapsed=elapsed)
    looking = asyncio.create_task(board.run())
    await asyncio.sleep(0.5)
    yield board
    looking.cancel()
    await asyncio.wait([looking])


def seen(board: HealthBoard) -> Mapping[str, Check]:
    return {check.component: check for check in board()}


async def well() -> Finding:
    return Finding(value=1.5, unit="ms")


async def never() -> Finding:
    await asyncio.Event().wait()
    raise AssertionError


async def test_before_the_first_answer_a_component_is_not_taken_to_be_well() -> None:
    board = HealthBoard([a_probe(well)], [], now=lambda: START)
    assert [(check.status, check.output) for check in board()] == [(Status.WARN, "not checked yet")]


async def test_an_answer_is_shown_with_its_value_and_time() -> None:
    async with watched(a_probe(well)) as board:
        (check,) = board()
    assert (check.component, check.status, check.output) == ("database", Status.PASS, None)
    assert (check.observed_value, check.observed_unit, check.time) == (1.5, "ms", START)


async def test_a_failure_is_shown_without_its_secrets() -> None:
    async def refuses() -> Finding:
        raise Unavailable("the database cannot be written")

    async def breaks() -> Finding:
        raise ValueError("https://user:secret@host")

    async with watched(a_probe(refuses), a_probe(breaks, component="other")) as board:
        outputs = [check.output for check in board()]
        assert verdict(board()) is Status.FAIL
    assert outputs == ["the database cannot be written", "ValueError"]


async def test_what_never_answers_fails_at_its_deadline_and_keeps_nobody_waiting() -> None:
    async with watched(a_probe(never, deadline=5), a_probe(well, component="disk")) as board:
        assert seen(board)["disk"].status is Status.PASS
        await asyncio.sleep(5)
        assert (seen(board)["database"].status, seen(board)["database"].output) == (
            Status.FAIL,
            "no answer within 5 s",
        )
        assert seen(board)["disk"].status is Status.PASS


async def test_what_cannot_even_be_cancelled_is_not_asked_again_before_it_has_ended() -> None:
    asked, release = [], asyncio.Event()

    async def stubborn() -> Finding:
        asked.append(elapsed())
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return Finding()

    async with watched(a_probe(stubborn, deadline=5, every=10)) as board:
        await asyncio.sleep(100)
        assert (asked, seen(board)["database"].output) == ([0], "no answer within 5 s")
        release.set()
        await asyncio.sleep(0.1)
        assert seen(board)["database"].output == "no answer within 5 s"
        await asyncio.sleep(2)
        assert seen(board)["database"].status is Status.PASS
    assert len(asked) == 2


async def test_a_component_that_recovers_passes_again() -> None:
    answers = iter([Unavailable("down"), Finding()])

    async def recovers() -> Finding:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with watched(a_probe(recovers, every=10)) as board:
        assert verdict(board()) is Status.FAIL
        await asyncio.sleep(10)
        assert verdict(board()) is Status.PASS


async def test_glances_are_taken_every_second() -> None:
    async with watched(glances=[lambda: [("feed", Finding(value=elapsed(), unit="s"))]]) as board:
        await asyncio.sleep(3)
        (check,) = board()
    assert (check.component, check.observed_value) == ("feed", 3)


async def test_between_looks_it_is_the_same_tuple() -> None:
    async with watched(a_probe(well)) as board:
        first = board()
        assert board() is first
        await asyncio.sleep(1)
        assert board() is not first


async def test_when_it_ends_no_question_is_left_open() -> None:
    ended = []

    async def interrupted() -> Finding:
        try:
            return await never()
        finally:
            ended.append("interrupted")

    async with watched(a_probe(interrupted)):
        pass
    await asyncio.sleep(0)
    assert ended == ["interrupted"]
