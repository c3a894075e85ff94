"""Symbols: their names, and the steps in which they trade."""

from decimal import Decimal

import pytest
from hypothesis import given

from domain.errors import Invalid
from domain.market.symbol import QUOTE_CURRENCIES, Symbol, split_market, symbol_name
from support.build import a_symbol
from support.generate import positive_amounts, symbols


@pytest.mark.parametrize("written", ["BTC/USDT", "BTC-USDT"])
def test_a_name_is_read_with_a_slash_or_as_in_a_path(written: str) -> None:
    assert symbol_name(written) == "BTC/USDT"


@pytest.mark.parametrize(
    "written",
    [
        *("", "/", "-", "BTC", "BTC/", "/USDT", "btc/usdt", "BTC/US/DT", "BTC-US-DT", "BTC/USDT/", "BTC//USDT"),
        *("BTC_USDT", "BTC/USDT\n", " BTC/USDT", "БТС/USDT", "BTC/USD₮", "BTC/USDT٣", "../etc"),
        *("A" * 21 + "/USDT", "BTC/" + "A" * 21),
    ],
)
def test_any_other_name_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        symbol_name(written)
    assert refusal.value.field == "symbol"


@pytest.mark.parametrize(
    ("market", "name"),
    [
        ("BTCUSDT", "BTC/USDT"),
        ("ETHBTC", "ETH/BTC"),
        ("1000SATSUSDT", "1000SATS/USDT"),
        ("BTCFDUSD", "BTC/FDUSD"),
        ("BTCUSD", "BTC/USD"),
        ("BTCTUSD", "BTC/TUSD"),
        ("ETHBUSD", "ETH/BUSD"),
        ("WBTCBTC", "WBTC/BTC"),
        ("USDCUSDT", "USDC/USDT"),
        ("USDTUSD", "USDT/USD"),
        ("BNBUSD", "BNB/USD"),
        ("BNBBUSD", "BNB/BUSD"),
        ("USDTTUSD", "USDT/TUSD"),
        ("EURUSDT", "EUR/USDT"),
        ("SOLEUR", "SOL/EUR"),
    ],
)
def test_a_market_id_is_split_by_its_quote_currency(market: str, name: str) -> None:
    assert split_market(market) == name


@pytest.mark.parametrize("base", ["BTC", "SOL", "1INCH", "1000PEPE"])
@pytest.mark.parametrize("quote", QUOTE_CURRENCIES)
def test_every_known_quote_currency_splits(base: str, quote: str) -> None:
    assert split_market(base + quote) == f"{base}/{quote}"


@pytest.mark.parametrize("market", ["", "USDT", "BTC", "btcusdt", "BTCXYZ", "BTC/USDT", "BTC-USDT", "A" * 21 + "USDT"])
def test_a_market_id_that_cannot_be_split_is_refused(market: str) -> None:
    with pytest.raises(Invalid) as refusal:
        split_market(market)
    assert refusal.value.field == "symbol"


def test_a_symbol_knows_its_two_currencies() -> None:
    symbol = a_symbol("ETH-BTC")
    assert (symbol.name, symbol.base, symbol.quote) == ("ETH/BTC", "ETH", "BTC")


@pytest.mark.parametrize("field", ["price_tick", "quantity_step"])
@pytest.mark.parametrize("step", ["0", "-0.01", "NaN", "Infinity"])
def test_a_step_must_be_a_positive_number(field: str, step: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_symbol(**{field: step})
    assert refusal.value.field == field


@pytest.mark.parametrize("minimum", ["-1", "NaN", "Infinity"])
def test_the_minimum_must_be_a_number_of_at_least_zero(minimum: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_symbol(minimum_notional=minimum)
    assert refusal.value.field == "minimum_notional"


@pytest.mark.parametrize(
    ("tick", "price", "down", "up"),
    [
        ("0.01", "100.017", "100.01", "100.02"),
        ("0.05", "100.07", "100.05", "100.10"),
        ("0.025", "100.07", "100.05", "100.075"),
        ("0.025", "100.075", "100.075", "100.075"),
        ("5", "100.07", "100", "105"),
    ],
)
def test_prices_are_rounded_to_any_tick(tick: str, price: str, down: str, up: str) -> None:
    symbol = a_symbol(price_tick=tick)
    assert symbol.price_down(Decimal(price)) == Decimal(down)
    assert symbol.price_up(Decimal(price)) == Decimal(up)


def test_no_price_is_rounded_down_to_nothing() -> None:
    assert a_symbol(price_tick="0.05").price_down(Decimal("0.04")) == Decimal("0.05")


@given(symbols(), positive_amounts)
def test_rounding_stays_within_one_step(symbol: Symbol, value: Decimal) -> None:
    quantity = symbol.quantity_down(value)
    assert 0 <= quantity <= value
    assert value - quantity < symbol.quantity_step
    assert value <= symbol.price_up(value) < value + symbol.price_tick
    if value >= symbol.price_tick:
        assert value - symbol.price_tick < symbol.price_down(value) <= value
