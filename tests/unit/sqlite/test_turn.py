"""Readers take turns, and none waits for long."""

from adapters.sqlite.turn import Turn


def test_a_lock_that_was_released_is_taken_again():
    turn = Turn()
    first = turn.take()
    first.release()
    second = turn.take()

    assert second is first
    assert second.locked()


def test_whoever_waits_too_long_goes_ahead_with_a_new_lock():
    turn = Turn()
    slow = turn.take()
    ahead = turn.take()

    assert ahead is not slow
    assert ahead.locked()
    slow.release()
    assert ahead.locked()
    ahead.release()
    assert turn.take() is ahead
