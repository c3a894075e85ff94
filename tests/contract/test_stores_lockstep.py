"""All databases do the same, whatever is asked of them: a random walk drives them in lockstep."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from application.ports.transactions import Stores
from support.store_calls import Call, reads, writes
from support.stores import KINDS, Database, database


class Broken(Exception):
    """Raised by a unit on purpose."""


@frozen
class Unit:
    """Calls made one after the other; `fails` when it raises at the end."""

    calls: tuple[Call, ...]
    fails: bool

    def __call__(self, stores: Stores) -> list[Any]:
        results = [call.on(stores) for call in self.calls]
        if self.fails:
            raise Broken(results)
        return results


def units(calls: st.SearchStrategy[Call]) -> st.SearchStrategy[Unit]:
    several = st.lists(calls, min_size=1, max_size=5).map(tuple)
    return st.builds(Unit, several, st.sampled_from([False, False, True]))


class Lockstep(RuleBasedStateMachine):
    kinds = ("memory", "sqlite")

    @initialize()
    def open(self) -> None:
        self.folder = Path(mkdtemp())
        self.runner = asyncio.Runner()
        self.made = ExitStack()
        self.databases = [self.made.enter_context(database(kind, self.folder)) for kind in self.kinds]
        for each in self.databases:
            self.runner.run(each.open())

    @rule(unit=units(writes | reads), durable=st.booleans())
    def write(self, unit: Unit, durable: bool) -> None:
        self.same(lambda database: database.write(unit, durable=durable))

    @rule(several=st.lists(st.tuples(units(writes | reads), st.booleans()), min_size=2, max_size=6))
    def write_together(self, several: list[tuple[Unit, bool]]) -> None:
        async def together(database: Database) -> list[Any]:
            waiting = (database.write(unit, durable=durable) for unit, durable in several)
            return [described(outcome) for outcome in await asyncio.gather(*waiting, return_exceptions=True)]

        self.same(together)

    @rule(unit=units(reads))
    def read(self, unit: Unit) -> None:
        self.same(lambda database: database.read(unit))

    @rule(unit=units(writes | reads))
    def write_where_one_reads(self, unit: Unit) -> None:
        self.same(lambda database: database.read(unit))

    @rule()
    def restart(self) -> None:
        for each in self.databases:
            self.runner.run(each.close())
            self.runner.run(each.open())

    def same(self, run: Callable[[Database], Awaitable[Any]]) -> None:
        memory, *others = (self.runner.run(outcome(run(each))) for each in self.databases)
        assert others == [memory] * len(others)

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            for each in self.databases:
                self.runner.run(each.close())
            self.runner.close()
            self.made.close()
            shutil.rmtree(self.folder)


async def outcome(running: Awaitable[Any]) -> Any:
    try:
        return await running
    except Exception as error:
        return described(error)


def described(result: Any) -> Any:
    return (type(result), result.args) if isinstance(result, Exception) else result


class LockstepOfAll(Lockstep):
    """With the server, which takes its time."""

    kinds = KINDS


TestLockstep = Lockstep.TestCase
TestLockstep.settings = settings(max_examples=60, stateful_step_count=40)
TestLockstepOfAll = LockstepOfAll.TestCase
TestLockstepOfAll.settings = settings(max_examples=20, stateful_step_count=40)
