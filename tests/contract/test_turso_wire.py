"""What goes over the wire to a libSQL server, and what is made of any answer."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.turso.client import LARGEST_ANSWER
from adapters.turso.replica import TursoReplica
from domain.errors import DomainError, Rejected, Unavailable
from domain.sync.clock import Boot
from domain.sync.log import Bookmark
from support.loopback import cut_off, http, loopback, raw, self_signed, silence
from support.turso import refusal

pytestmark = pytest.mark.anyio

NODE = Boot("a" * 16)
START = Bookmark(epoch="log")


async def test_a_connection_that_was_closed_is_replaced_once() -> None:
    async with loopback(cut_off) as between:
        error = await refusal(between.url)

    assert isinstance(error, Unavailable)
    assert error.code == "remote_connection_lost"
    assert len(between.requests) == 2


async def test_an_answer_that_breaks_off_is_no_answer() -> None:
    async with loopback(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"), cut_off) as between:
        error = await refusal(between.url, deadline=0.2)

    assert isinstance(error, Unavailable)


async def test_a_request_that_is_not_answered_ends_with_its_deadline() -> None:
    async with loopback(silence) as between:
        error = await refusal(between.url, deadline=0.05)

    assert isinstance(error, Unavailable)
    assert error.code == "remote_timeout"


async def test_where_nothing_listens_the_remote_is_unreachable() -> None:
    async with loopback(silence) as gone:
        pass

    error = await refusal(gone.url)

    assert isinstance(error, Unavailable)
    assert error.code == "remote_unreachable"


async def test_a_server_that_no_one_vouches_for_gets_no_token(tmp_path: Path) -> None:
    async with loopback(http("", 401), tls=self_signed(tmp_path)) as between:
        error = await refusal(f"libsql://127.0.0.1:{between.port}", "ey.J0")

    assert isinstance(error, Unavailable)
    assert error.code == "remote_untrusted"
    assert between.requests == []


async def test_without_a_token_none_is_presented() -> None:
    async with loopback(http("", 401)) as between:
        await refusal(between.url)
        await refusal(between.url, "ey.J0")

    first, second = (request.lower() for request in between.requests)
    assert b"authorization" not in first
    assert b"authorization: bearer ey.j0" in second


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (http("<html>Hello</html>", content_type="text/html"), Rejected, "remote_not_libsql"),
        (http('{"message": "hello"}'), Rejected, "remote_not_libsql"),
        (http("[]"), Rejected, "remote_not_libsql"),
        (http("[" * 100_000), Rejected, "remote_not_libsql"),
        (http('{"results": []}'), Rejected, "remote_not_libsql"),
        (http('{"results": [{"type": "ok", "response": {"result": 5}}]}'), Rejected, "remote_not_libsql"),
        (http(b"\xff\xfe"), Rejected, "remote_not_libsql"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Rejected, "remote_not_libsql"),
        (http("", 404), Rejected, "remote_wrong_url"),
        (http("", 405), Rejected, "remote_wrong_url"),
        (http("", 302, Location="http://127.0.0.1:1/"), Rejected, "remote_wrong_url"),
        (http("", 401), Rejected, "remote_token_refused"),
        (http('{"error": "writes are blocked"}', 403), Rejected, "remote_forbidden"),
        (http("", 418), Rejected, "remote_refused"),
        (http("Cannot deserialize client message from JSON", 400), Rejected, "remote_protocol"),
        (http("", 429), Unavailable, "remote_rate_limited"),
        (http("", 503), Unavailable, "remote_failing"),
    ],
)
async def test_an_answer_that_is_no_result_is_named(answer, kind: type[DomainError], code: str) -> None:
    async with loopback(answer) as between:
        error = await refusal(between.url)

    assert type(error) is kind
    assert error.code == code
    assert len(between.requests) == 1


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ("SQLITE_BUSY", Unavailable, "remote_busy"),
        ("SQLITE_BUSY_SNAPSHOT", Unavailable, "remote_busy"),
        ("SQLITE_IOERR_WRITE", Unavailable, "remote_failing"),
        ("SQLITE_FULL", Rejected, "remote_full"),
        ("BLOCKED", Rejected, "remote_forbidden"),
        ("SQLITE_UNKNOWN", Rejected, "remote_sql_error"),
        (None, Rejected, "remote_sql_error"),
    ],
)
async def test_what_the_database_reports_is_named(said: str | None, kind: type[DomainError], code: str) -> None:
    report = {"type": "error", "error": {"message": "it is so", "code": said}}
    async with loopback(http(json.dumps({"results": [report]}))) as between:
        error = await refusal(between.url)

    assert type(error) is kind
    assert error.code == code


async def test_an_answer_beyond_the_limit_is_not_read() -> None:
    async with loopback(http(b" " * (LARGEST_ANSWER + 1))) as between:
        error = await refusal(between.url)

    assert error.code == "remote_answer_too_large"


@pytest.mark.parametrize("url", ["http://a.turso.io", "nonsense"])
async def test_a_wrong_setting_is_told_by_the_calls_and_not_by_the_construction(url: str) -> None:
    turso = TursoReplica(url=url, token="t", production=True)

    with pytest.raises(Rejected):
        await turso.pull(NODE, START, 10)
    await turso.close()


def test_nothing_of_the_vendor_is_imported_before_it_is_needed() -> None:
    program = "import sys, adapters.turso.replica; print({'libsql_client', 'aiohttp'} & sys.modules.keys())"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


def test_the_token_is_not_shown() -> None:
    assert "secret" not in repr(TursoReplica(url="libsql://a", token="secret", production=True))
