"""Risk limits and the kill switch."""

from attrs import frozen

from application.trading.get_risk import RiskStatus
from application.trading.halt_trading import HaltTrading
from domain.errors import Invalid
from domain.identity.permission import Permission
from domain.identity.user import Caller
from domain.trading.risk import RiskLimits
from entrypoints.http.endpoint import Endpoint
from entrypoints.http.inputs import Nothing, body
from entrypoints.http.services import Services
from entrypoints.http.views.risk import HaltView, RiskView, halt_view, risk_view
from entrypoints.http.wire import Share


@frozen(kw_only=True)
class NewLimits:
    """Every limit has to be named: one that was left out would silently be a default."""

    max_position: Share
    max_exposure: Share
    max_daily_loss: Share
    max_drawdown: Share
    max_open_orders: int


@frozen(kw_only=True)
class LimitsChange:
    limits: NewLimits = body()


@frozen(kw_only=True)
class Halting:
    halt: HaltTrading = body()


async def get_limits(services: Services, _: object, query: Nothing) -> RiskView:
    """Show the risk limits and the kill switch."""
    return risk_view(services.mode, await services.get_risk())


async def change_limits(services: Services, caller: Caller, request: LimitsChange) -> RiskView:
    """Change the risk limits."""
    wanted = request.limits
    limits = await services.change_risk_limits(
        caller,
        RiskLimits(
            max_position=wanted.max_position,
            max_exposure=wanted.max_exposure,
            max_daily_loss=wanted.max_daily_loss,
            max_drawdown=wanted.max_drawdown,
            max_open_orders=wanted.max_open_orders,
        ),
    )
    present = await services.get_risk()
    return risk_view(services.mode, RiskStatus(limits=limits, halt=present.halt))


async def halt_trading(services: Services, caller: Caller, request: Halting) -> HaltView:
    """Halt trading: from now on no position is opened or enlarged."""
    return halt_view(await services.halt_trading(caller, request.halt))


async def resume_trading(services: Services, caller: Caller, request: Nothing) -> HaltView:
    """Resume trading."""
    return halt_view(await services.resume_trading(caller))


ENDPOINTS = (
    Endpoint(method="GET", path="/api/v1/risk/limits", access=Permission.READ_TRADING, call=get_limits),
    Endpoint(
        method="PUT",
        path="/api/v1/risk/limits",
        access=Permission.MANAGE_RISK,
        call=change_limits,
        raises=(Invalid,),
    ),
    Endpoint(method="POST", path="/api/v1/risk/halt", access=Permission.HALT_TRADING, call=halt_trading),
    Endpoint(method="POST", path="/api/v1/risk/resume", access=Permission.HALT_TRADING, call=resume_trading),
)
