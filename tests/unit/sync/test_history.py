"""Nodes that write, exchange, crash and are restored, against an oracle that remembers who knew what."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count

from attrs import define, evolve, field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sync.clock import Boot, HybridClock, Stamp
from domain.sync.conflict import Conflict, merge
from domain.sync.policy import COLUMNS, Policy, Rule, lowest, ranked, shown, switch
from domain.sync.row import UNHEARD, Row, deleted, written
from support.build import START

NAMES = ("a", "b", "c")
POLICIES = [
    COLUMNS,
    ranked("a", {"0": ["1"], "1": ["2", "3"], "2": [], "3": []}),
    switch("a", on="1"),
    lowest("a", "b"),
]


@frozen
class Event:
    """A write as it truly happened, with every event that its node knew of."""

    life: int
    values: Mapping[str, str]
    known: frozenset[Stamp]


@frozen(kw_only=True)
class Node:
    """One node's copy, and what it truly knows."""

    clock: HybridClock
    wall: timedelta
    row: Row = UNHEARD
    known: frozenset[Stamp] = frozenset()


@define
class World:
    """Three nodes with clocks that disagree, and the log they share."""

    policy: Policy
    nodes: list[Node]
    events: dict[Stamp, Event] = field(factory=dict)
    log: list[Node] = field(factory=list)
    backups: list[Node] = field(factory=list)
    records: set[Conflict] = field(factory=set)
    boots: count = field(factory=lambda: count(1))
    steps: count = field(factory=count)

    def boot(self) -> Boot:
        return Boot(f"{next(self.boots):016x}")

    def write(self, number: int, names: tuple[str, ...], digit: int) -> None:
        """Write some columns, or delete when none is named; an insertion writes all."""
        node = self.nodes[number]
        clock, stamp = node.clock.tick(START + node.wall + timedelta(milliseconds=next(self.steps)))
        if names:
            chosen = NAMES if self.policy.whole or not node.row.alive else names
            values = {name: str((digit + index) % 4) for index, name in enumerate(chosen)}
            row = written(node.row, stamp, values)
        elif node.row.alive:
            values, row = {}, deleted(node.row, stamp)
        else:
            return
        self.events[stamp] = Event(row.life, values, node.known)
        self.nodes[number] = evolve(node, clock=clock, row=row, known=node.known | {stamp})

    def push(self, number: int) -> None:
        self.log.append(self.nodes[number])

    def pull(self, number: int, entry: int) -> None:
        """Take in an entry of the log: any one, old, new or known."""
        if not self.log:
            return
        node, theirs = self.nodes[number], self.log[entry % len(self.log)]
        merged = merge("t", "[]", node.row, theirs.row, self.policy)
        self.records.update(merged.conflicts)
        clock = node.clock
        for stamp in theirs.row.heard:
            clock = clock.received(stamp)
        self.nodes[number] = evolve(node, clock=clock, row=merged.row, known=node.known | theirs.known)
        self.check_nothing_vanished(node, self.nodes[number])

    def check_nothing_vanished(self, before: Node, after: Node) -> None:
        """A value that is shown no longer was replaced by someone who knew it, or is on record."""
        new = shown(after.row, self.policy)
        for column, old in shown(before.row, self.policy).items():
            if old.value != (new[column].value if column in new else None):
                assert replaced(self, after.known, old.stamp, column) or (column, old) in self.lost

    @property
    def lost(self):
        return {(record.column, record.loser) for record in self.records}

    def restart(self, number: int) -> None:
        node = self.nodes[number]
        self.nodes[number] = evolve(node, clock=evolve(node.clock, boot=self.boot()))

    def back_up(self, number: int) -> None:
        self.backups.append(self.nodes[number])

    def restore(self, number: int, backup: int) -> None:
        if self.backups:
            self.nodes[number] = self.backups[backup % len(self.backups)]
            self.restart(number)

    def settle(self) -> None:
        """Everyone pushes, then takes in the whole log; each in another order, one of them twice."""
        for number in range(3):
            self.push(number)
        for number, order in enumerate([[*range(len(self.log))], [*range(len(self.log))][::-1]]):
            for entry in order:
                self.pull(number, entry)
        for entry in [*range(1, len(self.log), 2), *range(0, len(self.log), 2)] * 2:
            self.pull(2, entry)


node_numbers = st.integers(0, 2)
some_names = st.sampled_from([(), ("a",), ("b",), ("a", "b"), ("b", "c"), NAMES])
actions = st.one_of(
    st.tuples(st.just("write"), node_numbers, some_names, st.integers(0, 3)),
    st.tuples(st.just("write"), node_numbers, some_names, st.integers(0, 3)),
    st.tuples(st.just("push"), node_numbers),
    st.tuples(st.just("pull"), node_numbers, st.integers(0, 9)),
    st.tuples(st.just("pull"), node_numbers, st.integers(0, 9)),
    st.tuples(st.just("restart"), node_numbers),
    st.tuples(st.just("back_up"), node_numbers),
    st.tuples(st.just("restore"), node_numbers, st.integers(0, 2)),
)
drifts = st.sampled_from([timedelta(0), timedelta(milliseconds=2), timedelta(days=400), timedelta(days=-400)])


@settings(max_examples=3000)
@given(st.sampled_from(POLICIES), st.tuples(drifts, drifts, drifts), st.lists(actions, min_size=4, max_size=24))
def test_nodes_end_alike_and_no_write_is_lost_without_a_record(policy, walls, history):
    world = World(policy, [])
    world.nodes = [Node(clock=HybridClock(boot=world.boot()), wall=wall) for wall in walls]
    for name, *arguments in history:
        getattr(world, name)(*arguments)
    world.settle()

    first, *others = world.nodes
    assert all(node.row == first.row for node in others)
    check_standing(world, first)
    check_completeness(world, first)
    check_soundness(world)


def replaced(world: World, known: frozenset[Stamp], stamp: Stamp, column: str | None) -> bool:
    """Whether someone replaced a write, or one column of it, knowing it."""
    event = world.events[stamp]
    return any(
        stamp in later.known and (later.life > event.life or (later.life == event.life and column in later.values))
        for later in (world.events[name] for name in known)
    )


def check_standing(world: World, node: Node) -> None:
    """The merged state holds exactly the writes of the last life that no one knowingly replaced."""
    life = max((world.events[stamp].life for stamp in node.known), default=0)
    last = {stamp for stamp in node.known if world.events[stamp].life == life}
    standing = {
        stamp: {c: v for c, v in world.events[stamp].values.items() if not replaced(world, last, stamp, c)}
        for stamp in last
    }
    assert node.row.life == life
    assert node.row.writes == {stamp: values for stamp, values in standing.items() if values or life % 2 == 0}
    assert all(node.row.knows(stamp) for stamp in last)


def check_completeness(world: World, node: Node) -> None:
    """Every value that no one knowingly replaced is shown, or equal to what is, or on record as lost."""
    winners = shown(node.row, world.policy)
    for stamp in node.known:
        for column, value in world.events[stamp].values.items():
            if not replaced(world, node.known, stamp, column):
                shown_here = column in winners and winners[column].value == value
                assert shown_here or (column, stamp) in {(name, loser.stamp) for name, loser in world.lost}


def check_soundness(world: World) -> None:
    """No record names a loser that its winner's writer knew."""
    for record in world.records:
        loser, winner = world.events[record.loser.stamp], world.events[record.winner.stamp]
        assert loser.values[record.column] == record.loser.value != record.winner.value
        if record.rule is Rule.LIFE:
            later = [event for event in world.events.values() if event.life > loser.life]
            assert any(record.loser.stamp not in event.known for event in later)
        else:
            assert record.loser.stamp not in winner.known
            assert record.winner.stamp not in loser.known
