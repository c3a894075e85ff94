"""The image's health check against a service that answers, one that is unwell and one that is not there."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from entrypoints.image.health import check


@pytest.fixture(params=[200, 503])
def service(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """Status and port of a service that answers /health with this status."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/health" else 404)
            self.end_headers()
            self.wfile.write(b'{"status": "known"}')

        def log_message(self, *_: object) -> None:
            """Keep the test's output to the health check's own."""

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield request.param, server.server_port
        server.shutdown()
        thread.join()


def test_only_a_200_is_healthy_and_the_answer_is_recorded(service, capsys):
    status, port = service

    assert check(port) is (status == 200)
    assert capsys.readouterr().out == '{"status": "known"}\n'


def test_no_service_is_not_healthy(capsys):
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        port = closed.server_port

    assert check(port) is False
    assert f"no answer from port {port}" in capsys.readouterr().out
