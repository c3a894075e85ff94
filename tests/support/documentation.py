"""The documentation as its reader meets it: blocks of code, and a shell to paste them into."""

import re
import subprocess
from pathlib import Path

from support.process import CRYPTOBOT, Service, environment

ROOT = Path(__file__).parents[2]
CURL = """
set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body "$@" && echo; }
"""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str = "sh") -> list[str]:
    """The fenced blocks of that language, from first to last."""
    return re.findall(rf"^```{language}\n(.*?)^```", page(name), re.MULTILINE | re.DOTALL)


def pasted(script: str, folder: Path, service: Service | None = None) -> subprocess.CompletedProcess[str]:
    """Run what is shown, with this installation's program, and against `service` where one is given.

    curl prints one line an answer and no progress, and fails where the answer is an error.
    """
    script = script.replace("make token", "cryptobot token issue --role admin")
    script = script.replace(".venv/bin/cryptobot", "cryptobot")
    if service is not None:
        script = script.replace("localhost:8080", f"localhost:{service.port}")
    given = environment(folder)
    given["PATH"] = f"{CRYPTOBOT.parent}:{given['PATH']}"
    return subprocess.run(
        ["bash", "-c", CURL + script], cwd=folder, env=given, capture_output=True, text=True, timeout=60
    )
