"""Risk decisions: recorded with every order, approved or not."""

from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Violation:
    """A rule that was broken: what was seen, and what is allowed."""

    rule: str
    observed: str
    limit: str


@frozen(kw_only=True)
class RiskDecision:
    """The verdict on an order: approved exactly when no rule was broken."""

    decided_at: datetime
    violations: tuple[Violation, ...] = ()

    @property
    def approved(self) -> bool:
        return not self.violations

    @property
    def summary(self) -> str:
        """One line for people: the rules broken, with figures."""
        return "; ".join(f"{v.rule}: {v.observed} (limit {v.limit})" for v in self.violations)
