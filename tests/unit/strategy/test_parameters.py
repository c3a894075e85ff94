"""Strategy settings: read strictly, refused by field, and written back in one form."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid, NotFound
from domain.strategy.catalogue import DEFAULT_STRATEGIES, StrategyConfig
from domain.strategy.ema_crossover import EmaCrossover, EmaCrossoverParameters
from domain.strategy.hold import Hold, HoldParameters
from domain.strategy.parameters import read_parameters, write_parameters
from domain.strategy.rsi_reversion import RsiReversion, RsiReversionParameters
from support.build import BTC, ETH
from support.generate import decimals


def a_config(name: str = "ema_crossover", **changes: Any) -> StrategyConfig:
    return StrategyConfig(**({"name": name, "enabled": True} | changes))


@pytest.mark.parametrize(
    ("kind", "raw", "parameters"),
    [
        (EmaCrossoverParameters, {}, EmaCrossoverParameters()),
        (
            EmaCrossoverParameters,
            {"fast": 2, "slow": 3, "atr_multiple": "0.1"},
            EmaCrossoverParameters(fast=2, slow=3, atr_multiple=Decimal("0.1")),
        ),
        (RsiReversionParameters, {"oversold": "29.5"}, RsiReversionParameters(oversold=Decimal("29.5"))),
        (HoldParameters, {}, HoldParameters()),
    ],
)
def test_parameters_are_read_with_defaults(kind: type, raw: dict[str, int | str], parameters: object) -> None:
    assert read_parameters(kind, raw) == parameters


@pytest.mark.parametrize(
    ("kind", "raw", "field"),
    [
        (EmaCrossoverParameters, {"speed": 3}, "speed"),
        (HoldParameters, {"fast": 3}, "fast"),
        *[(EmaCrossoverParameters, {"fast": odd}, "fast") for odd in (1, 501, 10**30, -5, "12", True, 12.0, None)],
        *[(EmaCrossoverParameters, {"slow": odd}, "slow") for odd in (2, 1001)],
        *[(EmaCrossoverParameters, {"atr_period": odd}, "atr_period") for odd in (1, 501)],
        *[
            (EmaCrossoverParameters, {"atr_multiple": odd}, "atr_multiple")
            for odd in ("0.0999", "100.01", "-1", "NaN", "1e1", "", 3, 2.5, True, None)
        ],
        (EmaCrossoverParameters, {"fast": 26}, "fast"),
        (EmaCrossoverParameters, {"fast": 10, "slow": 9}, "fast"),
        *[(RsiReversionParameters, {"period": odd}, "period") for odd in (1, 501)],
        *[(RsiReversionParameters, {"oversold": odd}, "oversold") for odd in ("0.99", "99.01", "55")],
        *[(RsiReversionParameters, {"recovered": odd}, "recovered") for odd in ("0.99", "99.01")],
        (RsiReversionParameters, {"recovered": "30"}, "oversold"),
    ],
)
def test_bad_parameters_are_refused_by_field(kind: type, raw: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_parameters(kind, raw)
    assert refusal.value.field == f"parameters.{field}"


@given(decimals("0.1", "100", 9), st.integers(min_value=2, max_value=500))
def test_parameters_survive_being_written_and_read(multiple: Decimal, fast: int) -> None:
    parameters = EmaCrossoverParameters(fast=fast, slow=fast + 1, atr_multiple=multiple)
    assert read_parameters(EmaCrossoverParameters, write_parameters(parameters)) == parameters


def test_parameters_are_written_in_one_form() -> None:
    written = a_config(parameters={"atr_multiple": "02.50"}).parameters
    assert written == {"fast": 12, "slow": 26, "atr_period": 14, "atr_multiple": "2.5"}
    assert a_config(parameters=written) == a_config(parameters={"atr_multiple": "2.5"})


@pytest.mark.parametrize(
    ("name", "kind"), [("ema_crossover", EmaCrossover), ("rsi_reversion", RsiReversion), ("hold", Hold)]
)
def test_a_config_builds_its_strategy(name: str, kind: type) -> None:
    assert isinstance(a_config(name).build(), kind)
    assert a_config(name).build() is not a_config(name).build()


def test_there_is_no_strategy_of_another_name() -> None:
    with pytest.raises(NotFound):
        a_config("martingale")


@pytest.mark.parametrize("odd", ["0", "0.0009", "1.01", "-1"])
def test_the_allocation_is_a_share_of_equity(odd: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_config(allocation=Decimal(odd))
    assert refusal.value.field == "allocation"


def test_a_symbol_is_named_once() -> None:
    with pytest.raises(Invalid) as refusal:
        a_config(symbols=(BTC, ETH, BTC))
    assert refusal.value.field == "symbols"


@pytest.mark.parametrize(
    ("enabled", "symbols", "trades"),
    [(True, (), True), (True, (BTC,), True), (True, (ETH,), False), (False, (), False), (False, (BTC,), False)],
)
def test_a_strategy_trades_where_it_is_switched_on(enabled: bool, symbols: tuple[Any, ...], trades: bool) -> None:
    assert a_config(enabled=enabled, symbols=symbols).trades(BTC) is trades


def test_a_new_installation_knows_every_strategy() -> None:
    assert {config.name: config.enabled for config in DEFAULT_STRATEGIES} == {
        "ema_crossover": True,
        "rsi_reversion": True,
        "hold": False,
    }
