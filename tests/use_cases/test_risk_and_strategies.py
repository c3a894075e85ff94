"""The kill switch, the limits, and what is set about strategies."""

from decimal import Decimal

import pytest

from application.ops.check_storage import CheckStorageHandler
from application.ops.prepare_installation import PrepareInstallationHandler
from application.strategy.change_strategy import ChangeStrategyHandler
from application.strategy.list_strategies import ListStrategiesHandler
from application.trading.change_risk_limits import ChangeRiskLimitsHandler
from application.trading.get_risk import GetRiskHandler
from application.trading.halt_trading import HaltTrading, HaltTradingHandler
from application.trading.resume_trading import ResumeTradingHandler
from domain.errors import Invalid, NotFound, Unavailable
from domain.market.symbol import SymbolName
from domain.strategy.catalogue import DEFAULT_STRATEGIES, StrategyConfig
from domain.trading.events import TradingHalted, TradingResumed
from domain.trading.order import OrderStatus, Side
from domain.trading.risk import Halt, RiskLimits
from support.build import BTC, ETH, a_fill, candles
from support.office import NOON, Office, a_caller, an_intent

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office() -> Office:
    return await Office().open()


async def halt(office: Office, reason: str = "storm") -> Halt:
    return await office.a(HaltTradingHandler)(a_caller(), HaltTrading(reason=reason))


async def resume(office: Office) -> Halt:
    return await office.a(ResumeTradingHandler)(a_caller())


async def test_a_halt_is_on_record_told_and_stops_the_next_entry(office: Office) -> None:
    halted = await halt(office, "  storm ")
    assert halted == Halt(halted=True, reason="storm", changed_by=a_caller().user_id, changed_at=NOON)
    assert (await office.a(GetRiskHandler)()).halt == halted
    (event,) = await office.waiting()
    assert isinstance(event, TradingHalted)
    assert (event.reason, event.by) == ("storm", "user_1")
    assert (await office.place()).status is OrderStatus.REJECTED


async def test_a_second_halt_changes_nothing(office: Office) -> None:
    first = await halt(office)
    assert await halt(office, "flood") == first
    assert len(await office.waiting()) == 1


async def test_while_halted_a_person_may_still_sell(office: Office) -> None:
    await office.database.write(lambda stores: stores.fills.add(a_fill(quantity="2")))
    await halt(office)
    assert (await office.place(an_intent(side=Side.SELL))).status is OrderStatus.NEW


async def test_after_a_resume_orders_pass_again(office: Office) -> None:
    await halt(office)
    assert not (await resume(office)).halted
    assert (await office.place()).status is OrderStatus.NEW
    assert [type(event) for event in await office.waiting()] == [TradingHalted, TradingResumed]


async def test_resuming_what_is_not_halted_changes_nothing(office: Office) -> None:
    assert await resume(office) == Halt()
    assert await office.waiting() == []


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_halt_needs_a_reason(reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        HaltTrading(reason=reason)
    assert refusal.value.field == "reason"


async def test_changed_limits_hold_for_the_next_decision(office: Office) -> None:
    limits = RiskLimits(max_position=Decimal("0.005"))
    assert await office.a(ChangeRiskLimitsHandler)(a_caller(), limits) == limits
    assert (await office.a(GetRiskHandler)()).limits == limits
    assert (await office.place()).status is OrderStatus.REJECTED


CROSSOVER = StrategyConfig(name="ema_crossover", enabled=True)


async def change(office: Office, config: StrategyConfig) -> StrategyConfig:
    return await office.a(ChangeStrategyHandler)(a_caller(), config)


async def remembered(office: Office) -> list[str]:
    return [memory.strategy for memory in await office.database.read(lambda stores: stores.memories.all())]


async def test_a_strategy_whose_settings_change_forgets_what_it_knew() -> None:
    office = await Office().open(CROSSOVER, StrategyConfig(name="hold", enabled=True))
    await office.trade_all(*candles(100, 101))
    assert await remembered(office) == ["ema_crossover", "hold"]
    changed = StrategyConfig(name="ema_crossover", enabled=True, allocation=Decimal("0.2"))
    assert await change(office, changed) == changed
    assert await remembered(office) == ["hold"]
    assert changed in await office.a(ListStrategiesHandler)()


async def test_settings_that_are_in_force_already_change_nothing() -> None:
    office = await Office().open(CROSSOVER)
    await office.trade_all(*candles(100, 101))
    await change(office, CROSSOVER)
    assert await remembered(office) == ["ema_crossover"]


async def test_a_strategy_is_set_on_symbols_that_there_are(office: Office) -> None:
    config = StrategyConfig(name="hold", enabled=True, symbols=(BTC, SymbolName("DOGE/USDT")))
    with pytest.raises(NotFound) as refusal:
        await change(office, config)
    assert (refusal.value.code, refusal.value.field) == ("symbol_not_found", "symbols")
    assert await change(office, StrategyConfig(name="hold", enabled=True, symbols=(ETH,)))


async def test_a_new_installation_has_limits_a_switch_and_strategies() -> None:
    office = Office()
    await office.a(PrepareInstallationHandler)()
    risk = await office.a(GetRiskHandler)()
    assert (risk.limits, risk.halt) == (RiskLimits(), Halt())
    assert sorted(DEFAULT_STRATEGIES, key=lambda config: config.name) == await office.a(ListStrategiesHandler)()


async def test_preparing_again_changes_nothing(office: Office) -> None:
    await halt(office)
    await office.a(ChangeRiskLimitsHandler)(a_caller(), RiskLimits(max_open_orders=7))
    await change(office, StrategyConfig(name="hold", enabled=True))
    before = (await office.a(GetRiskHandler)(), await office.a(ListStrategiesHandler)())
    await office.a(PrepareInstallationHandler)()
    assert (await office.a(GetRiskHandler)(), await office.a(ListStrategiesHandler)()) == before


async def test_the_storage_check_writes_and_leaves_nothing(office: Office) -> None:
    await office.a(CheckStorageHandler)()
    assert await office.waiting() == []


async def test_a_storage_that_cannot_be_written_is_unavailable(office: Office) -> None:
    await office.database.close()
    with pytest.raises(Unavailable):
        await office.a(CheckStorageHandler)()
