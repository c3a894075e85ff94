"""Every state of synchronization that an operator can meet is explained."""

import re
from pathlib import Path

from support.documentation import page

SOURCE = Path(__file__).parents[2] / "src"
PLACES = ("adapters/turso", "adapters/sqlite", "application/sync", "domain/sync", "entrypoints/jobs/sync.py")
INNER = {"log_missing", "log_replaced", "damaged_change", "sync_off", "migration_failed", "backup_failed"}
"""What the engine deals with itself, or what is not a state of it."""


def test_every_state_is_in_the_documentation():
    files = [
        file
        for place in PLACES
        for file in ([SOURCE / place] if place.endswith(".py") else (SOURCE / place).glob("**/*.py"))
    ]
    found = {
        code
        for file in files
        for code in re.findall(
            r'(?:code=|later = |state=|state, detail = )"([a-z_]+)"', file.read_text(encoding="utf-8")
        )
    }
    explained = set(re.findall(r"`([a-z_]+)`", page("docs/synchronization.md")))

    assert {"remote_other_account", "clock_drift", "remote_token_expired"} <= found
    assert {code for code in found - INNER if not code.startswith("database_")} <= explained
