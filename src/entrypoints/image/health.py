"""The image's HEALTHCHECK: succeeds when the service in this container answers /health with 200 in time."""

import os
import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 5.0


def check(port: int) -> bool:
    """Ask the service on this machine; its answer goes to stdout, where the engine records it."""
    connection = HTTPConnection("localhost", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        print(answer.read().decode(errors="replace"))
    except (OSError, HTTPException) as error:
        print(f"no answer from port {port}: {error}")
        return False
    finally:
        connection.close()
    return answer.status == 200


if __name__ == "__main__":
    sys.exit(0 if check(int(os.environ.get("PORT", "8080"))) else 1)
