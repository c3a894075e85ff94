"""Deny by default: an endpoint that states no permission does not start."""

import inspect

import pytest
from attrs import evolve

from domain.identity.permission import Permission
from entrypoints.http.api import ENDPOINTS
from entrypoints.http.app import PAGES
from entrypoints.http.endpoint import PUBLIC
from entrypoints.http.inputs import Place, parameters
from support.http import Api

PUBLIC_PATHS = {"/health", "/health/live", "/health/ready", "/version", "/openapi.json"}
PUBLIC_PAGES = {"/", "/assets/{name}", "/docs", "/docs/{name}"}


@pytest.fixture
def api(tmp_path):
    return Api(key_file=tmp_path / "key")


def named(endpoint):
    return f"{endpoint.method} {endpoint.path}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_the_application_does_not_start_without_a_permission(api, endpoint):
    endpoints = [evolve(other, access=None) if other is endpoint else other for other in ENDPOINTS]

    with pytest.raises(ValueError, match=f"{endpoint.method} {endpoint.path} states neither"):
        api.app(endpoints=endpoints)


def test_an_endpoint_that_is_there_twice_does_not_start(api):
    with pytest.raises(ValueError, match="GET /version is there twice"):
        api.app(endpoints=[*ENDPOINTS, *(e for e in ENDPOINTS if e.path == "/version")])


def test_nothing_is_public_that_was_not_meant_to_be():
    assert {endpoint.path for endpoint in ENDPOINTS if endpoint.access is PUBLIC} == PUBLIC_PATHS
    assert {page.path for page in PAGES} == PUBLIC_PAGES


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_what_changes_something_needs_more_than_the_permission_to_read(endpoint):
    if endpoint.method != "GET":
        assert isinstance(endpoint.access, Permission)
        assert not endpoint.access.value.endswith(":read")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_every_endpoint_says_what_it_does_in_a_line(endpoint):
    assert inspect.iscoroutinefunction(endpoint.call)
    assert endpoint.summary
    assert "\n" not in endpoint.summary


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_lists_have_pages(endpoint):
    answers_a_page = getattr(endpoint.answer_type, "__name__", "").endswith("Page")
    names = {parameter.name for parameter in parameters(endpoint.input_type, endpoint.path).values()}

    assert ({"limit", "cursor"} <= names) == answers_a_page


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_what_places_an_order_needs_an_idempotency_key(endpoint):
    found = parameters(endpoint.input_type, endpoint.path).values()
    keys = [parameter for parameter in found if parameter.place is Place.HEADER and parameter.required]

    assert [key.name for key in keys] == (["Idempotency-Key"] if 201 in endpoint.answers else [])
