"""The account, risk limits, the kill switch, equity marks and history."""

from adapters.sql.rows.reading import decimal, flag, instant, remembered, whole
from adapters.sql.session import Row
from adapters.sql.tables import ONLY
from domain.shared import time
from domain.shared.ids import UserId
from domain.shared.money import Money, text
from domain.trading.order import TradingMode
from domain.trading.portfolio import Account, EquityPoint
from domain.trading.risk import EquityMarks, Halt, RiskLimits


def account_row(account: Account) -> Row:
    return (ONLY, account.mode.value, account.currency, text(account.starting_balance), account.market)


def account(row: Row) -> Account:
    _, mode, currency, starting_balance, market = row
    return Account(
        mode=TradingMode(mode), currency=currency, starting_balance=Money(decimal(starting_balance)), market=market
    )


def limits_row(limits: RiskLimits) -> Row:
    return (
        ONLY,
        text(limits.max_position),
        text(limits.max_exposure),
        text(limits.max_daily_loss),
        text(limits.max_drawdown),
        limits.max_open_orders,
    )


@remembered
def limits(row: Row) -> RiskLimits:
    _, max_position, max_exposure, max_daily_loss, max_drawdown, max_open_orders = row
    return RiskLimits(
        max_position=decimal(max_position),
        max_exposure=decimal(max_exposure),
        max_daily_loss=decimal(max_daily_loss),
        max_drawdown=decimal(max_drawdown),
        max_open_orders=whole(max_open_orders),
    )


def halt_row(halt: Halt) -> Row:
    changed_at = None if halt.changed_at is None else time.text(halt.changed_at)
    return (ONLY, int(halt.halted), halt.reason, halt.changed_by, changed_at)


@remembered
def halt(row: Row) -> Halt:
    _, halted, reason, changed_by, changed_at = row
    return Halt(
        halted=flag(halted),
        reason=reason,
        changed_by=None if changed_by is None else UserId(changed_by),
        changed_at=None if changed_at is None else instant(changed_at),
    )


def marks_row(marks: EquityMarks) -> Row:
    return (ONLY, time.text(marks.day), text(marks.day_start), text(marks.peak), time.text(marks.as_of))


@remembered
def marks(row: Row) -> EquityMarks:
    _, day, day_start, peak, as_of = row
    return EquityMarks(
        day=instant(day), day_start=Money(decimal(day_start)), peak=Money(decimal(peak)), as_of=instant(as_of)
    )


def point_row(point: EquityPoint) -> Row:
    return (time.text(point.time), text(point.equity), text(point.cash))


def point(row: Row) -> EquityPoint:
    at, equity, cash = row
    return EquityPoint(time=instant(at), equity=Money(decimal(equity)), cash=Money(decimal(cash)))
