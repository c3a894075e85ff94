"""What a node makes of what it hears about the lease."""

import pytest
from attrs import evolve

from domain.sync.lease import MARGIN, PATIENCE, RENEW, TTL, Claim, Lease, NotTheTrader, Tenure
from support.build import START


def a_claim(holder: str = "attic", *, token: int = 3, begun: bool = True, alone: bool = False) -> Claim:
    return Claim(lease=Lease(holder=holder, token=token, until=START), begun=begun, alone=alone)


ATTIC = Tenure(node="attic")
ENDS = 100 + TTL - MARGIN


def refusal(tenure: Tenure, elapsed: float) -> str:
    with pytest.raises(NotTheTrader) as error:
        tenure.token(elapsed)
    assert error.value.code == "not_the_trader"
    return error.value.detail


def test_a_renewal_may_fail_twice_before_the_lease_ends():
    assert 2 * RENEW < TTL - MARGIN < TTL


def test_before_the_remote_has_answered_nothing_is_placed():
    assert "not known yet" in refusal(ATTIC, 0)
    assert "not known yet" in refusal(ATTIC.unanswered(0), 0)


def test_the_holder_counts_from_the_moment_it_asked_and_stops_before_the_end():
    tenure = ATTIC.learned(a_claim(), sent=100)

    assert tenure.token(ENDS - 0.001) == 3
    assert "not in force" in refusal(tenure, ENDS)


def test_whoever_watches_names_the_node_that_trades():
    tenure = ATTIC.learned(a_claim(), sent=100).learned(a_claim("cellar"), sent=101)

    assert "cellar trades" in refusal(tenure, 101)
    assert (tenure.rival, tenure.lease, tenure.to_begin) == ("cellar", None, None)


def test_a_new_lease_gives_no_right_before_trading_has_begun_under_it():
    tenure = ATTIC.learned(a_claim(begun=False), sent=100)

    assert "not in force" in refusal(tenure, 100)
    assert tenure.to_begin == a_claim().lease
    assert tenure.learned(a_claim(), sent=100).to_begin is None


def test_among_several_nodes_an_outage_ends_the_right():
    tenure = ATTIC.learned(a_claim(alone=False), sent=100).unanswered(130)

    assert refusal(tenure, ENDS)


def test_a_node_without_rivals_goes_on_as_long_as_it_asks_in_vain():
    tenure = ATTIC.learned(a_claim(alone=True), sent=100)
    assert refusal(tenure, ENDS)

    for elapsed in range(150, 100_000, 100):
        tenure = tenure.unanswered(elapsed)
        assert tenure.token(elapsed + PATIENCE - 0.001) == 3
    assert refusal(tenure, elapsed + PATIENCE)


@pytest.mark.parametrize("news", [a_claim("cellar"), a_claim(alone=False)])
def test_once_it_learns_of_another_the_strict_rule_holds(news: Claim):
    alone = ATTIC.learned(a_claim(alone=True), sent=100).unanswered(200)

    tenure = alone.learned(news, sent=210).unanswered(220)

    assert refusal(tenure, 210 + TTL - MARGIN)


def test_what_was_given_up_does_not_come_back_by_itself():
    tenure = ATTIC.learned(a_claim(alone=True), sent=100).given_up()

    assert refusal(tenure, 100)
    assert refusal(tenure.unanswered(100), 100)
    assert tenure.learned(a_claim(), sent=100).token(100) == 3


def test_what_was_heard_before_the_start_decides_while_the_remote_is_out():
    alone, accompanied = (evolve(ATTIC, company=company).unanswered(0) for company in (False, True))

    assert alone.token(0) == 0
    assert "not known yet" in refusal(accompanied, 0)
