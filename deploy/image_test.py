"""The built image under the limits it is meant for: `make image-test`, on Linux with a Docker engine at hand."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from attrs import frozen

DOCKER = os.environ.get("DOCKER", "docker")
IMAGE = os.environ.get("IMAGE", "cryptobot")
PYTHON = "/opt/cryptobot/bin/python"
USER = 10001
LIMITS = ("--memory", "512m", "--read-only", "--cap-drop", "ALL")
AS_USER = ("--user", str(USER))
ADOPTING_ROOT = ("--user", "0", "--cap-add", "CHOWN", "--cap-add", "SETGID", "--cap-add", "SETUID")


def docker(*arguments: str) -> str:
    done = subprocess.run([DOCKER, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def python(code: str, *options: str) -> str:
    """Run a line of Python in a new container of the image."""
    return docker("run", "--rm", "--entrypoint", PYTHON, *options, IMAGE, "-c", code)


def eventually(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


@frozen(kw_only=True)
class Service:
    """A container of the image that shares the host's network."""

    name: str
    port: int

    def request(self, method: str, path: str, body: object = None, *, host: str = "127.0.0.1", **headers: str):
        """Status and JSON body."""
        with closing(http.client.HTTPConnection(host, self.port, timeout=10)) as connection:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def status(self, path: str, host: str = "127.0.0.1") -> int | None:
        """The status alone, None while nobody answers."""
        try:
            return self.request("GET", path, host=host)[0]
        except OSError:
            return None

    def wait_until_ready(self) -> None:
        eventually(lambda: self.status("/health/ready") == 200 or not self.running(), "it is ready")
        assert self.running()

    def token(self) -> str:
        return docker("exec", self.name, "cryptobot", "token", "issue", "--role", "trader")

    def exit_code(self, seconds: float) -> int:
        eventually(lambda: not self.running(), "it stops", seconds)
        return int(docker("inspect", "--format", "{{.State.ExitCode}}", self.name))

    def running(self) -> bool:
        return docker("inspect", "--format", "{{.State.Running}}", self.name) == "true"

    def logs(self) -> str:
        done = subprocess.run([DOCKER, "logs", self.name], capture_output=True, text=True, check=True)
        return done.stdout + done.stderr


@pytest.fixture
def volume() -> Iterator[str]:
    name = docker("volume", "create")
    yield name
    docker("volume", "rm", name)


@pytest.fixture
def roots_volume(volume: str) -> str:
    """The volume as a platform hands it over: root's, with files of root in it."""
    python(
        "import os; os.mkdir('/data/backups', 0o700); open('/data/backups/old.db', 'w'); os.chown('/data', 0, 0)",
        "--user",
        "0",
        "--volume",
        f"{volume}:/data",
    )
    return volume


@pytest.fixture
def start(volume: str) -> Iterator[Callable[..., Service]]:
    """Start the image with the volume at /data and these options of `docker run`."""
    started: list[Service] = []

    def run(*options: str) -> Service:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        place = ("--network", "host", "--env", f"PORT={port}", "--volume", f"{volume}:/data")
        name = docker("run", "--detach", *place, "--env", "ENVIRONMENT=development", *LIMITS, *options, IMAGE)
        started.append(Service(name=name, port=port))
        return started[-1]

    yield run
    for service in started:
        print(service.logs())
        docker("rm", "--force", service.name)


ORDER = {"symbol": "BTC/USDT", "side": "buy", "type": "market", "quantity": "0.001"}


def test_the_image_says_what_it_is_and_runs_as_a_number():
    (found,) = json.loads(docker("image", "inspect", IMAGE))
    labels = found["Config"]["Labels"]

    assert found["Config"]["User"] == f"{USER}:{USER}"
    assert list(found["Config"]["ExposedPorts"]) == ["8080/tcp"]
    assert labels["org.opencontainers.image.version"][0].isdigit()
    assert labels["org.opencontainers.image.revision"]


def test_what_is_added_to_the_base_is_at_most_180_megabytes():
    history = docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", IMAGE)
    layers = history.splitlines()
    first = next(index for index, layer in enumerate(layers) if "compileall" in layer)
    added = sum(int(layer.split()[0]) for layer in layers[: first + 1])

    print(f"{added / 1e6:.0f} MB above the base")
    assert added <= 180e6


def test_no_compiler_and_no_installer_are_in_it():
    found = python(
        "import importlib.util, shutil;"
        "print([tool for tool in ('cc', 'gcc', 'clang', 'ld', 'make', 'cargo') if shutil.which(tool)],"
        " importlib.util.find_spec('pip'))"
    )
    assert found == "[] None"


def test_nothing_the_program_imports_was_pruned():
    python(
        "import alembic.command, google.generativeai, libsql_client, openai, slack_sdk.web.async_client, telegram.ext,"
        "aiohttp, cryptography.fernet, httptools, purgatory, sqlalchemy, uvloop;"
        "import entrypoints.container, entrypoints.http.app, entrypoints.cli.commands;"
        "openai.AsyncOpenAI(api_key='none').chat.completions; google.generativeai.GenerativeModel('none')",
        *LIMITS,
        "--network",
        "none",
    )


def test_it_is_well_on_both_address_families(start):
    service = start(*AS_USER)
    service.wait_until_ready()

    assert service.status("/health", "127.0.0.1") == 200
    assert service.status("/health", "::1") == 200

    (found,) = json.loads(docker("image", "inspect", IMAGE))
    kind, *healthcheck = found["Config"]["Healthcheck"]["Test"]
    assert kind == "CMD"
    docker("exec", service.name, *healthcheck)


def test_a_slow_request_is_answered_while_it_drains_and_then_it_exits_with_0(start):
    service = start(*AS_USER)
    service.wait_until_ready()
    body = json.dumps(ORDER).encode()
    head = (
        f"POST /api/v1/orders HTTP/1.1\r\nHost: localhost:{service.port}\r\nAuthorization: Bearer {service.token()}\r\n"
        f"Idempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(head.encode() + body[:10])
        # The service has taken the request up once it answers another one that came later.
        assert service.status("/health") == 200
        docker("kill", "--signal", "TERM", service.name)
        eventually(lambda: service.status("/health/ready") != 200, "it stops taking work")
        connection.sendall(body[10:])
        answer = http.client.HTTPResponse(connection)
        answer.begin()

        assert answer.status == 201, answer.read()

    assert service.exit_code(seconds=10) == 0


def test_an_acknowledged_order_survives_a_kill(start):
    service = start(*AS_USER)
    service.wait_until_ready()
    identity = {"Authorization": f"Bearer {service.token()}"}
    status, order = service.request("POST", "/api/v1/orders", ORDER, **identity, **{"Idempotency-Key": "kill"})
    assert status == 201, order
    docker("kill", "--signal", "KILL", service.name)

    docker("start", service.name)
    service.wait_until_ready()

    status, found = service.request("GET", f"/api/v1/orders/{order['id']}", **identity)
    assert status == 200, found
    assert found["order"]["id"] == order["id"]


def test_started_as_root_it_takes_the_volume_over_and_drops_to_its_user(start, roots_volume):
    service = start(*ADOPTING_ROOT)
    service.wait_until_ready()

    process = dict(
        line.split(":\t", 1)
        for line in docker("exec", service.name, "cat", "/proc/1/status").splitlines()
        if ":\t" in line
    )
    assert process["Uid"].split() == process["Gid"].split() == [str(USER)] * 4
    assert process["Groups"].strip() == ""
    assert int(process["CapEff"], 16) == 0
    walk = "{os.lstat(os.path.join(at, name)).st_uid for at, _, files in os.walk('/data') for name in ('.', *files)}"
    assert docker("exec", service.name, PYTHON, "-c", f"import os; print({walk})") == f"{{{USER}}}"

    # The second start finds a volume that root, without its usual rights over other users' files, cannot even list.
    docker("restart", service.name)
    service.wait_until_ready()


def test_a_volume_it_cannot_write_is_named_with_what_to_do(start, roots_volume):
    service = start(*AS_USER)

    assert service.exit_code(seconds=10) == 1
    assert "user 10001 cannot write /data, and DATABASE_URL keeps the database in /data/cryptobot.db" in service.logs()
    assert "RAILWAY_RUN_UID=0" in service.logs()
    assert "Traceback" not in service.logs()


def test_root_without_any_capability_is_told_how_to_start(start):
    service = start("--user", "0")

    assert service.exit_code(seconds=10) == 1
    assert "SETGID and SETUID" in service.logs()
