"""Plant one fault after another in a copy of the source, and show which test notices it; fails if one survives.

Words on the command line choose the faults that have them all in their names.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]
TESTS = (
    "tests/unit/sync/test_capture.py",
    "tests/contract/test_synchronize.py",
    "tests/contract/test_capture.py",
    "tests/contract/test_replica.py",
    "tests/contract/test_synchronize_history.py",
)
"""The quickest first; the last finds by chance what the others do not ask for by name."""


def main() -> int:
    faults = [fault for fault in FAULTS if all(word in fault.name for word in sys.argv[1:])]
    survived = 0
    with TemporaryDirectory() as folder:
        source = Path(folder, "src")
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        if (failed := run(source)) is not None:
            print(f"without any fault this fails: {failed}")
            return 1
        for fault in faults:
            plant(fault, source)
            killed_by = run(source)
            shutil.copy(ROOT / "src" / fault.path, source / fault.path)
            survived += killed_by is None
            print(f"{fault.name:68} {killed_by or 'SURVIVED'}", flush=True)
    print(f"{len(faults) - survived} of {len(faults)} faults were noticed")
    return 1 if survived else 0


def plant(fault: Fault, source: Path) -> None:
    path = source / fault.path
    text = path.read_text()
    if text.count(fault.right) != 1:
        raise SystemExit(f"{fault.name}: {fault.path} has its text {text.count(fault.right)} times; adapt the fault")
    path.write_text(text.replace(fault.right, fault.wrong))


def run(source: Path) -> str | None:
    """The first test that fails on that source, or None."""
    environment = os.environ | {"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-o", "pythonpath=tests"]
    command += ["-p", "no:cacheprovider", "--hypothesis-profile=unshrunk", *TESTS]
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if outcome.returncode == 0:
        return None
    found = re.search(r"^(?:FAILED|ERROR) (?:\S+::)?(\S+)", outcome.stdout, re.MULTILINE)
    return found[1] if found else (outcome.stdout + outcome.stderr)[-500:]


if __name__ == "__main__":
    sys.exit(main())
