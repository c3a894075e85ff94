"""Risk limits and the kill switch as the API shows them."""

from attrs import define

from application.trading.get_risk import RiskStatus
from domain.shared import money, time
from domain.trading.order import TradingMode
from domain.trading.risk import Halt, RiskLimits
from entrypoints.http.wire import AmountText, TimeText


@define(kw_only=True, slots=False)
class LimitsView:
    """Fractions of equity that trading must stay within, and how many orders may be in flight."""

    max_position: AmountText
    max_exposure: AmountText
    max_daily_loss: AmountText
    max_drawdown: AmountText
    max_open_orders: int


@define(kw_only=True, slots=False)
class HaltView:
    """The kill switch: while halted, only a person's order that reduces a position passes."""

    halted: bool
    reason: str
    changed_by: str | None
    changed_at: TimeText | None


@define(kw_only=True, slots=False)
class RiskView:
    """Without limits every order is refused."""

    mode: TradingMode
    limits: LimitsView | None
    halt: HaltView | None


def risk_view(mode: TradingMode, risk: RiskStatus) -> RiskView:
    return RiskView(
        mode=mode,
        limits=None if risk.limits is None else _limits_view(risk.limits),
        halt=None if risk.halt is None else halt_view(risk.halt),
    )


def _limits_view(limits: RiskLimits) -> LimitsView:
    return LimitsView(
        max_position=money.text(limits.max_position),
        max_exposure=money.text(limits.max_exposure),
        max_daily_loss=money.text(limits.max_daily_loss),
        max_drawdown=money.text(limits.max_drawdown),
        max_open_orders=limits.max_open_orders,
    )


def halt_view(halt: Halt) -> HaltView:
    return HaltView(
        halted=halt.halted,
        reason=halt.reason,
        changed_by=halt.changed_by,
        changed_at=time.text(halt.changed_at) if halt.changed_at else None,
    )
