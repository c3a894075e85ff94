"""Changes as text: canonical, exact, and refused when damaged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.sync.capture import fact
from domain.sync.change import (
    MAX_PAYLOAD,
    Change,
    change_of,
    decoded,
    encoded,
    fact_change,
    fact_of,
    key_of,
    key_values,
)
from domain.sync.clock import Boot, stamp_of
from domain.sync.row import UNHEARD, row_of, written

STAMP = stamp_of(1, 2, Boot("a" * 16))
OTHER = stamp_of(1, 1, Boot("b" * 16))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(texts, st.none() | texts, max_size=4))
def test_every_text_arrives_as_it_was(values):
    assert decoded(encoded(written(UNHEARD, STAMP, values))).writes == {STAMP: values}


def test_the_payload_is_compact_and_the_same_for_equal_rows():
    one = row_of(1, {STAMP: {"b": 'é\x00"', "a": None}}, [OTHER])
    two = row_of(1, {STAMP: {"a": None, "b": 'é\x00"'}}, [OTHER, STAMP])

    assert encoded(one) == encoded(two) == f'[1,{{"{STAMP}":{{"a":null,"b":"é\\u0000\\""}}}},["{OTHER}"]]'


def test_a_change_is_identified_by_table_key_and_payload():
    one = Change(table="orders", key=key_of(["1"]), payload="[]")
    others = [
        Change(table="order", key=key_of(["1"]), payload="[]"),
        Change(table="orders", key=key_of(["2"]), payload="[]"),
        Change(table="orders", key=key_of(["1"]), payload="[1]"),
    ]

    assert one.op_id == Change(table="orders", key=key_of(["1"]), payload="[]").op_id
    assert len({one.op_id, *(other.op_id for other in others)}) == 4
    assert len(one.op_id) == 32


@given(st.lists(texts, min_size=1, max_size=3))
def test_keys_are_read_back(values):
    assert key_values(key_of(values)) == tuple(values)
    assert "\n" not in key_of(values)


@pytest.mark.parametrize("length", [MAX_PAYLOAD, MAX_PAYLOAD // 2])
def test_a_row_beyond_the_limit_is_refused_by_name(length):
    with pytest.raises(Invalid, match="notes") as error:
        change_of("notes", key_of(["1"]), written(UNHEARD, STAMP, {"text": "é" * length}))

    assert error.value.code == "row_too_large"


def test_a_row_within_the_limit_becomes_a_change():
    row = written(UNHEARD, STAMP, {"text": "x" * (MAX_PAYLOAD - 100)})

    assert decoded(change_of("notes", key_of(["1"]), row).payload) == row


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "null",
        "{}",
        "[1]",
        "[1,{},[]]",
        '[0,{"stamp":{}},[]]',
        '[-1,{"stamp":{}},[]]',
        '[true,{"stamp":{}},[]]',
        '[1.0,{"stamp":{}},[]]',
        '[9999999999999,{"stamp":{}},[]]',
        '[2,{"stamp":{"a":"1"}},[]]',
        '[1,{"stamp":{"a":1}},[]]',
        '[1,{"stamp":{"a":0.5}},[]]',
        '[1,{"stamp":{"a":["1"]}},[]]',
        '[1,{"stamp":["a"]},[]]',
        '[1,{"stamp":null},[]]',
        '[1,["stamp"],[]]',
        '[1,{"0stamp":{"a":"1"}},[]]',
        '[1,{"STAMP":{"a":"1"}},[]]',
        '[1,{"stamp":{"a":"1"}},{}]',
        '[1,{"stamp":{"a":"1"}},"other"]',
        '[1,{"stamp":{"a":"1"}},[7]]',
        '[1,{"stamp":{"a":"1"}},["7"]]',
        '[1,{"stamp":{"a":"1"}},["stamp"]]',
        '[1,{"stamp":{"a":"1"}},["other","other"]]',
        '[1,{"stamp":{"a":"\\ud800"}},[]]',
        '[1,{"stamp":{"a":"1","a":"2"}},[]]',
        '[1, {"stamp":{"a":"1"}},[]]',
        '[1,{"stamp":{"b":"1","a":"1"}},[]]',
        "[" * 100_000,
        '[1,{"stamp": {"a":"1"}},[]]',
        '[1,{"stamp":{"a":"1"}},[]] ',
        '[1,{"stamp":{"a":"1"}},[],[]]',
        "9" * 5000,
    ],
)
def test_what_was_not_written_by_a_node_is_refused(payload):
    written_down = payload.replace("stamp", STAMP).replace("STAMP", STAMP.upper()).replace("other", OTHER)

    with pytest.raises(Invalid) as error:
        decoded(written_down)

    assert error.value.code == "damaged_change"


@given(st.dictionaries(texts, st.none() | texts, max_size=4))
def test_a_fact_is_written_down_like_any_row(values):
    change = fact_change("fills", key_of(["1"]), values)

    assert change == change_of("fills", key_of(["1"]), fact(values))
    assert fact_of(change) == values


def test_a_fact_beyond_the_limit_is_refused_by_name():
    with pytest.raises(Invalid, match="notes") as error:
        fact_change("notes", key_of(["1"]), {"text": "x" * MAX_PAYLOAD})

    assert error.value.code == "row_too_large"


@pytest.mark.parametrize("rest", [" ", "x", "[]"])
def test_what_follows_a_fact_makes_it_none(rest):
    whole = fact_change("fills", key_of(["1"]), {"a": "1"})

    assert fact_of(Change(table="fills", key=whole.key, payload=whole.payload + rest)) is None
