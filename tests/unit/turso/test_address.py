"""What is made of the addresses and tokens that people set."""

import pytest

from adapters.turso.address import bearer, pipeline_url
from domain.errors import Rejected


@pytest.mark.parametrize(
    ("url", "posted_to"),
    [
        ("libsql://bot-me.turso.io", "https://bot-me.turso.io/v2/pipeline"),
        (" libsql://bot-me.turso.io/ ", "https://bot-me.turso.io/v2/pipeline"),
        ("libsql://bot-me.turso.io?tls=1", "https://bot-me.turso.io/v2/pipeline"),
        ("wss://bot-me.turso.io", "https://bot-me.turso.io/v2/pipeline"),
        ("https://bot-me.turso.io:8443/db", "https://bot-me.turso.io:8443/db/v2/pipeline"),
        ("libsql://127.0.0.1:8080?tls=0", "http://127.0.0.1:8080/v2/pipeline"),
        ("ws://localhost:8080", "http://localhost:8080/v2/pipeline"),
        ("http://[::1]:8080/", "http://[::1]:8080/v2/pipeline"),
    ],
)
def test_every_way_to_write_the_address_leads_to_the_pipeline(url, posted_to):
    assert pipeline_url(url, production=False) == posted_to


@pytest.mark.parametrize("url", ["libsql://a.turso.io", "wss://a.turso.io", "https://a.turso.io"])
def test_production_takes_encrypted_addresses(url):
    assert pipeline_url(url, production=True).startswith("https://a.turso.io")


@pytest.mark.parametrize("url", ["http://a.turso.io", "ws://a.turso.io", "libsql://a.turso.io?tls=0"])
def test_production_refuses_addresses_that_are_not_encrypted(url):
    with pytest.raises(Rejected) as error:
        pipeline_url(url, production=True)

    assert error.value.code == "remote_insecure"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bot-me.turso.io",
        "file:///data/bot.db",
        "postgresql://bot-me.turso.io",
        "libsql://",
        "libsql://host:99999",
        "libsql://[::1",
        "libsql://bot.turso.io#x",
        "libsql://bot.turso.io?timeout=1",
        "libsql://user:secret@bot.turso.io",
        "libsql://bot.turso.io?authToken=secret",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(url):
    with pytest.raises(Rejected) as error:
        pipeline_url(url, production=False)

    assert error.value.code == "remote_wrong_url"
    assert "secret" not in error.value.detail


def test_a_token_is_presented_and_its_absence_is_no_token():
    assert bearer("ey.J0", production=True) == "Bearer ey.J0"
    assert bearer(None, production=False) is None
    assert bearer("", production=False) is None


def test_production_needs_a_token():
    with pytest.raises(Rejected) as error:
        bearer(None, production=True)

    assert error.value.code == "remote_token_missing"


@pytest.mark.parametrize("token", ["two words", "line\r\nbreak", "tokén", "\x00"])
def test_what_no_token_can_be_is_refused_without_repeating_it(token):
    with pytest.raises(Rejected) as error:
        bearer(token, production=False)

    assert error.value.code == "remote_token_refused"
    assert token not in error.value.detail
