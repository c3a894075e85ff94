"""Bots and a libSQL server, killed at random: `python -m support.soak SECONDS` says what was left of their writes.

Each bot has a file and a process of its own. A file is sometimes put back from an older copy while its bot is
down, or lost. At the end the copies are brought together and checked (`support.soak_check`).
"""

import asyncio
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import define, field

from support import sqld
from support.soak_check import Report, checked
from support.soak_node import Node
from support.stores import sqlite_file

BOTS = 3
PAUSE = 0.9
"""Seconds between two mishaps, on average."""


@define
class Soak:
    folder: Path
    seconds: float
    seed: int
    report: Report = field(init=False, factory=Report)
    _sessions: int = field(init=False, default=0)

    def run(self) -> Report:
        server = sqld.Sqld(self.folder / "sqld").start()
        nodes = [Node(self.folder / str(number)) for number in range(BOTS)]
        chance = random.Random(self.seed)
        try:
            for node in nodes:
                node.folder.mkdir()
                sqlite_file(node.folder)
                node.journal.touch()
                self._start(node, server)
            until = time.monotonic() + self.seconds
            while time.monotonic() < until:
                time.sleep(chance.uniform(0, 2 * PAUSE))
                self._mishap(chance, nodes, server)
            for node in nodes:
                node.kill()
            asyncio.run(checked(self.report, nodes, server, self.folder))
        finally:
            for node in nodes:
                node.end()
            server.kill()
        return self.report

    def _start(self, node: Node, server: sqld.Sqld) -> None:
        self._sessions += 1
        node.start(server.url, self._sessions)

    def _mishap(self, chance: random.Random, nodes: list[Node], server: sqld.Sqld) -> None:
        if chance.random() < 0.3:
            server.kill()
            self.report.servers_killed += 1
            time.sleep(chance.uniform(0, PAUSE))
            server.start()
            return
        node = chance.choice(nodes)
        node.kill()
        self.report.bots_killed += 1
        match chance.randrange(6):
            case 0:
                node.lose()
                self.report.files_lost += 1
            case 1:
                self.report.files_restored += node.restore()
            case 2 | 3:
                node.keep_a_copy()
        self._start(node, server)


def main(seconds: float) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    with TemporaryDirectory() as folder:
        print(Soak(Path(folder), seconds, seed).run())


if __name__ == "__main__":
    if not sqld.installed():
        sys.exit(f"needs a libSQL server: {sqld.INSTALL}")
    main(float(sys.argv[1]))
