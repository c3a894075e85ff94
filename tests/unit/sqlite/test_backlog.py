"""Which units share a commit."""

from asyncio import new_event_loop

import pytest

from adapters.sqlite.backlog import GROUP_SECONDS, GROUP_UNITS, Backlog
from adapters.sqlite.jobs import Job
from adapters.sqlite.worker import Jobs


class Clock:
    seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def job():
    loop = new_event_loop()
    yield lambda durable=True: Job(lambda _: None, durable, loop.create_future())
    loop.close()


def waiting(*jobs):
    queue = Jobs()
    for job in jobs:
        queue.put(job)
    return queue


def groups(backlog):
    """Every group there is until the end of the queue."""
    found = []
    while (first := backlog.first()) is not None:
        found.append(list(backlog.group(first)))
    return found


def test_all_that_waits_shares_a_commit(job):
    jobs = [job() for _ in range(10)]

    assert groups(Backlog(waiting(*jobs, None), Clock())) == [jobs]


def test_what_arrives_meanwhile_joins(job):
    one, two = job(), job()
    queue = waiting(one)
    group = Backlog(queue, Clock()).group(queue.get())

    assert next(group) is one
    queue.put(two)
    assert list(group) == [two]


def test_a_group_is_limited_in_number(job):
    jobs = [job() for _ in range(GROUP_UNITS + 1)]

    assert groups(Backlog(waiting(*jobs, None), Clock())) == [jobs[:-1], jobs[-1:]]


def test_a_group_is_limited_in_time(job):
    one, two, three = job(), job(), job()
    clock = Clock()
    backlog = Backlog(waiting(one, two, three), clock)
    group = backlog.group(backlog.first())

    assert [next(group), next(group)] == [one, two]
    clock.seconds += GROUP_SECONDS * 1.1

    assert list(group) == []
    assert backlog.first() is three


def test_a_durable_unit_does_not_join_a_group_that_is_not(job):
    light1, light2, heavy, light3 = job(False), job(False), job(True), job(False)

    assert groups(Backlog(waiting(light1, light2, heavy, light3, None), Clock())) == [
        [light1, light2],
        [heavy, light3],
    ]
