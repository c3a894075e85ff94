"""The commands and their options."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Literal

from attrs import asdict
from cyclopts import App, CycloptsError, Parameter

from domain.errors import Forbidden
from domain.identity.permission import Role
from entrypoints.cli import output
from entrypoints.environment import load_settings
from entrypoints.settings import ConfigurationError, shown

app = App(
    name="cryptobot",
    help="A crypto trading bot that trades on paper unless told otherwise.",
    version=lambda: version("crypto-bot"),
)
config = App(name="config", help="What is configured.")
token = App(name="token", help="Local development identity.")
migrate = App(name="migrate", help="The database's schema.")
sync = App(name="sync", help="The copies of the record on other nodes.")
for group in (config, token, migrate, sync):
    app.command(group)

Json = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON.")]


def dispatch(arguments: Sequence[str]) -> int:
    """Parse and run; a usage error prints what is wrong and returns 2."""
    try:
        outcome = app(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as mistake:
        print(mistake, file=sys.stderr)
        return 2
    return outcome if isinstance(outcome, int) else 0


@app.command
def serve() -> int:
    """Run the bot and its API until it is told to stop."""
    from entrypoints.cli import serve as server

    return server.serve()


@config.command(name="show")
def config_show(*, json: Json = False) -> None:
    """Print the settings in force; secrets are never among them."""
    output.show(shown(load_settings()), json=json)


@config.command(name="check")
def config_check(*, json: Json = False) -> int:
    """Say what is wrong with the settings."""
    try:
        load_settings()
    except ConfigurationError as mistakes:
        output.show({"ok": False, "problems": mistakes.problems}, json=json)
        return 1
    output.show({"ok": True, "problems": []}, json=json)
    return 0


@token.command(name="issue")
def token_issue(*, role: Literal["viewer", "analyst", "trader", "admin"], json: Json = False) -> None:
    """Print a token of that role, valid for an hour; only outside production."""
    from entrypoints.container import local_identity

    settings = load_settings()
    if settings.production:
        raise Forbidden("ENVIRONMENT is production, where development tokens are neither issued nor accepted")
    issued = local_identity(settings).issue(Role(role))
    print(output.as_json({"token": issued}) if json else issued)


@migrate.command(name="status")
def migrate_status(*, json: Json = False) -> None:
    """Say which schema the database has and which steps are due."""
    from entrypoints.container import release, schema

    settings = load_settings()
    running = release(settings)
    parts = {"sqlite_version": running.sqlite_version, "warnings": running.warnings}
    output.show(asdict(schema(settings).status()) | parts, json=json)


@migrate.command(name="up")
def migrate_up(*, json: Json = False) -> None:
    """Bring the database's schema up to this release, and say where its backup lies."""
    from entrypoints.container import schema

    found = schema(load_settings())
    backup = found.upgrade()
    output.show(asdict(found.status()) | {"backup": backup}, json=json)


@sync.command(name="run")
def sync_run(*, json: Json = False) -> None:
    """Tell the others what was written here, and take in what they wrote, until there is nothing left."""
    from entrypoints.cli.sync import synchronize

    output.show(synchronize(load_settings(), anew=False), json=json)


@sync.command(name="bootstrap")
def sync_bootstrap(*, json: Json = False) -> None:
    """Read the shared log from its beginning, and tell it everything that is here."""
    from entrypoints.cli.sync import synchronize

    output.show(synchronize(load_settings(), anew=True), json=json)


@sync.command(name="status")
def sync_status(*, json: Json = False) -> None:
    """Say how far this copy is, and how much of it the others do not have yet; asks nobody else."""
    from entrypoints.cli.sync import status

    output.show(status(load_settings()), json=json)


@app.command
def openapi() -> None:
    """Print the API's OpenAPI document."""
    from entrypoints.http.api import description

    print(description().decode(), end="")
