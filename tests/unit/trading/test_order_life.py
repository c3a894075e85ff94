"""Orders: whatever happens to one, in any order, it stays consistent and ends at most once."""

from decimal import Decimal

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.shared.money import ZERO, Quantity, exact
from domain.trading.order import TRANSITIONS, IllegalTransition, Order, OrderStatus
from support.build import START, an_order, minutes
from support.generate import positive_amounts

S = OrderStatus


class OrderLife(RuleBasedStateMachine):
    """Takes legal and illegal steps, and keeps its own account of what was filled."""

    @initialize(quantity=positive_amounts)
    def place(self, quantity: Decimal) -> None:
        self.order = an_order(quantity=quantity)
        self.fills: list[Decimal] = []
        self.ended: OrderStatus | None = None

    @rule(step=st.sampled_from(["accept", "reject", "cancel", "expire"]))
    def change(self, step: str) -> None:
        before, at = self.order, self.order.updated_at + minutes(1)
        reached = {"accept": S.ACCEPTED, "reject": S.REJECTED, "cancel": S.CANCELLED, "expire": S.EXPIRED}[step]
        arguments = ("why", at) if step in ("reject", "cancel") else (at,)
        if reached in TRANSITIONS[before.status]:
            self._became(getattr(before, step)(*arguments))
            assert self.order.status is reached
        else:
            with pytest.raises(IllegalTransition):
                getattr(before, step)(*arguments)

    @precondition(lambda self: self.order.status in (S.ACCEPTED, S.PARTIALLY_FILLED))
    @rule(part=positive_amounts)
    def fill(self, part: Decimal) -> None:
        quantity = min(self.order.remaining, Quantity(part))
        self._became(self.order.fill(quantity, self.order.updated_at + minutes(1)))
        self.fills.append(quantity)

    @precondition(lambda self: self.order.status not in (S.ACCEPTED, S.PARTIALLY_FILLED))
    @rule()
    def fill_out_of_turn(self) -> None:
        with pytest.raises(IllegalTransition):
            self.order.fill(self.order.quantity, START)

    def _became(self, order: Order) -> None:
        assert self.ended is None
        self.order = order
        if order.status.terminal:
            self.ended = order.status

    @invariant()
    def filled_and_remaining_add_up(self) -> None:
        order = self.order
        assert order.filled_quantity == exact(sum)(self.fills, ZERO)
        assert order.remaining >= 0
        assert (order.remaining == 0) is (order.status is S.FILLED)

    @invariant()
    def the_end_is_the_end(self) -> None:
        assert self.ended in (None, self.order.status)
        assert self.order.status.terminal is (self.ended is not None)


TestOrderLife = OrderLife.TestCase
