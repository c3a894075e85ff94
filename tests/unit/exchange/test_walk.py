"""Simulated prices: each candle follows from the seed and its index, and together they look like a market."""

from decimal import Decimal
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.exchange.coins import COINS
from adapters.exchange.walk import START, Coin, Walk
from domain.market.timeframe import Timeframe
from domain.strategy.catalogue import DEFAULT_STRATEGIES
from domain.trading.position import Position
from support.build import minutes

BTC = COINS[0]

each_coin = pytest.mark.parametrize("coin", COINS, ids=lambda coin: coin.symbol.base)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(Timeframe)), min_size=1, max_size=20))
def test_a_candle_does_not_depend_on_what_was_asked_before(wanted: list[tuple[int, Timeframe]]) -> None:
    walk = Walk(BTC, seed=1)
    asked = [walk.candle(index, timeframe) for index, timeframe in wanted]
    assert asked == [Walk(BTC, seed=1).candle(index, timeframe) for index, timeframe in wanted]


def test_the_market_is_the_same_on_every_machine_and_in_every_release() -> None:
    """What is on record continues after an update; another walk would break off from it."""
    candle = Walk(BTC, seed=1).candle(1_000_000, Timeframe.M1)
    assert candle.open_time == START + minutes(1_000_000)
    assert [candle.open, candle.high, candle.low, candle.close, candle.volume] == [
        *map(Decimal, ("71276.29", "71282.16", "71236.40", "71237.28", "48.54075"))
    ]


def test_every_seed_and_every_coin_has_a_market_of_its_own() -> None:
    movements = {tuple(_moves(Walk(coin, seed), range(50))) for coin in COINS for seed in (1, 2)}
    assert len(movements) == 2 * len(COINS)


@given(st.integers(0, 10**5), st.sampled_from(Timeframe))
def test_opens_and_closes_agree_between_timeframes(index: int, timeframe: Timeframe) -> None:
    walk, length = Walk(BTC, seed=1), timeframe.duration // minutes(1)
    whole = walk.candle(index, timeframe)
    first, last = (walk.candle(minute, Timeframe.M1) for minute in (index * length, (index + 1) * length - 1))
    assert (whole.open_time, whole.close_time) == (first.open_time, last.close_time)
    assert (whole.open, whole.close) == (first.open, last.close)


@each_coin
def test_a_candle_opens_where_the_last_one_closed(coin: Coin) -> None:
    walk = Walk(coin, seed=1)
    candles = [walk.candle(index, Timeframe.M1) for index in range(500)]
    assert all(one.close == other.open for one, other in pairwise(candles))


@each_coin
def test_the_price_stays_within_reach_of_where_it_is_drawn_to(coin: Coin) -> None:
    """Two years, candle by candle of a day."""
    walk = Walk(coin, seed=1)
    candles = [walk.candle(day, Timeframe.D1) for day in range(730)]
    assert min(candle.low for candle in candles) > coin.price / 4
    assert max(candle.high for candle in candles) < coin.price * 4


@each_coin
def test_there_are_jumps_calm_and_haste(coin: Coin) -> None:
    moves = _moves(Walk(coin, seed=1), range(10_000))
    hours = sorted(fmean(map(abs, moves[start : start + 60])) for start in range(0, len(moves), 60))
    assert max(map(abs, moves)) > 20 * coin.volatility
    assert hours[-5] > 2 * hours[5]


@each_coin
def test_a_thousand_of_the_quote_currency_fits_into_a_tenth_of_a_minute(coin: Coin) -> None:
    walk = Walk(coin, seed=1)
    candles = [walk.candle(index, Timeframe.M1) for index in range(2000)]
    assert all(candle.volume * candle.open / 10 >= 1000 for candle in candles)


def test_the_default_strategies_find_an_entry_in_almost_every_hour_of_every_coin() -> None:
    hours = [(coin, seed, hour) for coin in COINS for seed in range(3) for hour in range(7, 20)]
    entered = {(coin, seed, index // 60) for coin in COINS for seed in range(3) for index in _entries(coin, seed, 1200)}
    found = [hour for hour in hours if hour in entered]
    assert len(found) >= 0.95 * len(hours)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_default_strategies_find_an_entry_in_the_first_minute(seed: int) -> None:
    """At the default pace the candles 300 to 360 are the first minute after the history."""
    assert any(index >= 300 for coin in COINS for index in _entries(coin, seed, 360))


def _moves(walk: Walk, indexes: range) -> list[float]:
    candles = [walk.candle(index, Timeframe.M1) for index in indexes]
    return [float(candle.close / candle.open) - 1 for candle in candles]


def _entries(coin: Coin, seed: int, length: int) -> list[int]:
    """Where the default strategies would enter, holding nothing."""
    walk, nothing = Walk(coin, seed), Position(symbol=coin.symbol.name)
    strategies = [config.build() for config in DEFAULT_STRATEGIES if config.enabled]
    return [
        index
        for index in range(coin.listed_after, length)
        for candle in [walk.candle(index, Timeframe.M1)]
        for signal in [strategy.on_candle(candle, nothing) for strategy in strategies]
        if signal is not None
    ]
