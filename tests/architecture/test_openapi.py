"""The description of the API is complete, valid and committed as it is served."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrypoints.http.api import ENDPOINTS, description

COMMITTED = Path(__file__).parents[2] / "openapi.json"
DOCUMENT = msgspec.json.decode(description())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def nodes(node: Any = DOCUMENT) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(inner)


def test_the_committed_description_is_fresh():
    assert COMMITTED.read_bytes() == description(), "run `cryptobot openapi > openapi.json`"


def test_every_endpoint_is_described():
    expected = {f"{e.method} {e.path.replace(':path}', '}')}" for e in ENDPOINTS}

    assert set(OPERATIONS) == expected


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere():
    for node in nodes():
        if "$ref" in node:
            found = DOCUMENT
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            assert found


def test_every_component_is_referred_to():
    used = {node["$ref"] for node in nodes() if "$ref" in node}
    there = {f"#/components/{kind}/{name}" for kind, found in DOCUMENT["components"].items() for name in found}

    assert there - used == {"#/components/securitySchemes/bearer"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_parameter_of_the_path_is_described(name):
    described = {p["name"] for p in OPERATIONS[name].get("parameters", ()) if p["in"] == "path"}

    assert described == set(re.findall(r"{(\w+)}", name))


@pytest.mark.parametrize("name", OPERATIONS)
def test_security_is_stated_for_every_operation(name):
    operation = OPERATIONS[name]
    protected = bool(operation["security"])

    assert protected == ("401" in operation["responses"]) == ("403" in operation["responses"])
    assert protected == ("Needs the permission" in operation.get("description", ""))


def test_amounts_are_strings():
    for node in nodes():
        assert node.get("format") not in ("decimal", "double", "float")
    amount = DOCUMENT["components"]["schemas"]["Portfolio"]["properties"]["cash"]
    assert (amount["type"], amount["pattern"]) == ("string", "^-?[0-9]+([.][0-9]+)?$")


@pytest.mark.parametrize("name", ["PlaceOrder", "NewLimits", "HaltTrading", "StrategySettings"])
def test_documents_take_no_unknown_fields(name):
    assert DOCUMENT["components"]["schemas"][name]["additionalProperties"] is False
