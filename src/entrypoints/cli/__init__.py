"""The command line: `cryptobot`; exit codes are 0 fine, 1 failed, 2 bad usage."""

import gc
import sys
from collections.abc import Sequence

from domain.errors import DomainError
from entrypoints.settings import ConfigurationError


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; whatever goes wrong is said on stderr, without a traceback."""
    try:
        if list(arguments) == ["serve"]:
            # Next to nothing that a start allocates is garbage; the lifespan turns collections on again.
            gc.disable()
            # The long-lived process is spared the memory of the command line's own libraries.
            from entrypoints.cli.serve import serve

            return serve()
        from entrypoints.cli.commands import dispatch

        return dispatch(arguments)
    except ConfigurationError as mistakes:
        for problem in mistakes.problems:
            print(problem, file=sys.stderr)
    except DomainError as refusal:
        print(refusal.detail, file=sys.stderr)
    except OSError as failure:
        print(f"{failure.strerror or failure}{f': {failure.filename}' if failure.filename else ''}", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    return 1
