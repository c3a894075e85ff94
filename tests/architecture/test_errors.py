"""Every domain error means something in HTTP, and no meaning is a surprise."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import domain
from domain.errors import DomainError
from entrypoints.http.problems import MEANINGS, meaning, refused


def errors() -> Iterator[type[DomainError]]:
    """Every domain error, wherever in the domain it is defined."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    waiting = [DomainError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not DomainError:
            yield kind


@pytest.mark.parametrize("error", sorted(set(errors()), key=lambda kind: kind.__name__))
def test_every_domain_error_is_a_problem_with_a_code_of_its_own(error):
    refusal = refused(error("what happened"))

    assert 400 <= refusal.status < 500 or refusal.status == 503
    assert refusal.code == error.default_code != DomainError.default_code


def test_the_codes_of_errors_differ():
    codes = [error.default_code for error in MEANINGS]

    assert len(set(codes)) == len(codes)


def test_the_general_error_has_no_meaning_so_that_each_has_to_be_given_one():
    with pytest.raises(KeyError):
        meaning(DomainError)


def test_only_the_errors_about_callers_hide_what_was_wrong():
    hiding = {error.__name__ for error, means in MEANINGS.items() if means.detail is not None}

    assert hiding == {"Unauthenticated", "Forbidden"}
