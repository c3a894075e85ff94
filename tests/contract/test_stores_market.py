"""Market data on record, on every adapter."""

from datetime import timedelta
from decimal import Decimal

import pytest

from application.ports.market import CandleRow
from domain.market.candle import Gap
from domain.market.listing import Listing
from domain.market.timeframe import Timeframe
from support.build import BTC, ETH, START, a_candle, a_symbol, candles, minutes
from support.stores import KINDS, opened

pytestmark = pytest.mark.anyio

M5, H1 = Timeframe.M5, Timeframe.H1


@pytest.fixture(params=KINDS)
async def database(request, tmp_path):
    async with opened(request.param, tmp_path) as database:
        yield database


async def test_symbols_are_kept_by_name(database):
    btc, eth = a_symbol(BTC), a_symbol(ETH, price_tick="0.001")
    finer = a_symbol(BTC, price_tick="0.000000000000000001", minimum_notional="0")

    await database.write(lambda stores: stores.symbols.save([eth, btc]))
    assert list(await database.read(lambda stores: stores.symbols.all())) == [btc, eth]

    await database.write(lambda stores: stores.symbols.save([finer]))
    assert list(await database.read(lambda stores: stores.symbols.all())) == [finer, eth]


async def test_a_candle_is_recorded_once(database):
    first, second, third = candles(100, 101, 102)

    assert await database.write(lambda stores: stores.candles.add([first, second])) == 2
    assert await database.write(lambda stores: stores.candles.add([second, third, third])) == 1
    assert await database.write(lambda stores: stores.candles.add([first, a_candle(open="7")])) == 0
    assert await database.write(lambda stores: stores.candles.add([])) == 0

    found = await database.read(lambda stores: stores.candles.after(BTC, M5, None, 10))
    assert list(found) == [first, second, third]


async def test_of_many_candles_those_on_record_are_not_recorded_again(database):
    many = candles(*range(1, 238))
    known = many[::50]
    await database.write(lambda stores: stores.candles.add(known))

    assert await database.write(lambda stores: stores.candles.add(many)) == 237 - len(known)
    assert list(await database.read(lambda stores: stores.candles.after(BTC, M5, None, 300))) == many


async def test_candles_of_other_symbols_and_timeframes_are_apart(database):
    btc, eth = a_candle(), a_candle(symbol=ETH)
    hourly = a_candle(timeframe=H1)
    assert await database.write(lambda stores: stores.candles.add([btc, eth, hourly])) == 3

    for expected in (btc, eth, hourly):
        found = await database.read(lambda stores, e=expected: stores.candles.after(e.symbol, e.timeframe, None, 10))
        assert list(found) == [expected]


async def test_candles_come_back_digit_by_digit(database):
    small, large = "0.000000000000000001", "999999999999999999.999999999999999999"
    candle = a_candle(low=small, open=small, high=large, close="0.10", volume=large)
    await database.write(lambda stores: stores.candles.add([candle]))

    assert list(await database.read(lambda stores: stores.candles.after(BTC, M5, None, 1))) == [candle]
    page = await database.read(lambda stores: stores.candles.page(BTC, M5, start=None, end=None, limit=1))
    assert list(page) == [CandleRow("2025-01-01T12:00:00.000Z", small, large, small, "0.1", large)]


async def test_a_page_is_a_stretch_of_time(database):
    all_five = candles(1, 2, 3, 4, 5)
    await database.write(lambda stores: stores.candles.add(all_five[::-1]))

    async def closes(start, end, limit):
        page = await database.read(lambda s: s.candles.page(BTC, M5, start=start, end=end, limit=limit))
        return [row.close for row in page]

    at = [candle.open_time for candle in all_five]
    assert await closes(None, None, 10) == ["1", "2", "3", "4", "5"]
    assert await closes(None, None, 2) == ["4", "5"]
    assert await closes(None, at[3], 2) == ["2", "3"]
    assert await closes(at[1], None, 2) == ["2", "3"]
    assert await closes(at[1], at[3], 10) == ["2", "3"]
    assert await closes(at[1] + minutes(1), at[3] + minutes(1), 10) == ["3", "4"]
    assert await closes(at[3], at[1], 10) == []
    assert await closes(at[4] + minutes(5), None, 10) == []


async def test_candles_after_and_before_an_opening_time(database):
    series = candles(1, 2, 3, 4, 5)
    await database.write(lambda stores: stores.candles.add(series))
    third = series[2].open_time

    async def after(opened, limit):
        return list(await database.read(lambda stores: stores.candles.after(BTC, M5, opened, limit)))

    async def before(opened, limit):
        return list(await database.read(lambda stores: stores.candles.before(BTC, M5, opened, limit)))

    assert await after(None, 2) == series[:2]
    assert await after(third, 10) == series[3:]
    assert await after(third, 1) == series[3:4]
    assert await after(series[4].open_time, 10) == []
    assert await before(third, 10) == series[:2]
    assert await before(third, 1) == series[1:2]
    assert await before(series[0].open_time, 10) == []


async def test_the_newest_candle_of_each_symbol(database):
    assert dict(await database.read(lambda stores: stores.candles.newest(M5))) == {}

    btc, eth = candles(1, 2, 3), candles(1, symbol=ETH)
    later = a_candle(timeframe=H1, open_time=START + timedelta(days=1))
    await database.write(lambda stores: stores.candles.add([*btc, *eth, later]))

    newest = await database.read(lambda stores: stores.candles.newest(M5))
    assert dict(newest) == {BTC: btc[-1].open_time, ETH: eth[-1].open_time}
    assert dict(await database.read(lambda stores: stores.candles.newest(H1))) == {BTC: later.open_time}
    assert dict(await database.read(lambda stores: stores.candles.newest(Timeframe.D1))) == {}


async def test_gaps_are_a_set(database):
    later = Gap(symbol=BTC, timeframe=M5, start=START + minutes(5), end=START + minutes(10))
    wider = Gap(symbol=BTC, timeframe=M5, start=START, end=START + minutes(10))
    other = Gap(symbol=ETH, timeframe=M5, start=START, end=START + minutes(10))

    def unit(stores):
        for gap in (other, later, wider, later):
            stores.gaps.add(gap)

    await database.write(unit)
    assert list(await database.read(lambda stores: stores.gaps.all())) == [wider, later, other]

    await database.write(lambda stores: stores.gaps.remove(wider))
    await database.write(lambda stores: stores.gaps.remove(wider))
    assert list(await database.read(lambda stores: stores.gaps.all())) == [later, other]


async def test_listings_newest_first(database):
    listings = [
        Listing(symbol=name, listed_at=START + minutes(minute))
        for name, minute in (("A/USDT", 1), ("B/USDT", 3), ("C/USDT", 3), ("D/USDT", 2))
    ]
    a, b, c, d = listings

    def unit(stores):
        for listing in listings:
            stores.listings.add(listing)
        stores.listings.add(Listing(symbol="A/USDT", listed_at=START + minutes(9)))

    await database.write(unit)

    async def newest(limit, before=None):
        return list(await database.read(lambda stores: stores.listings.newest(limit, before=before)))

    assert await newest(10) == [c, b, d, a]
    assert await newest(2) == [c, b]
    assert await newest(2, before="B/USDT") == [d, a]
    assert await newest(2, before="C/USDT") == [b, d]
    assert await newest(2, before="A/USDT") == []
    assert await newest(2, before="Z/USDT") == []


async def test_amounts_are_written_canonically(database):
    candle = a_candle(open=Decimal("1E+2"), close=Decimal("100.000"), volume=Decimal("0E-5"))
    await database.write(lambda stores: stores.candles.add([candle]))

    (row,) = await database.read(lambda stores: stores.candles.page(BTC, M5, start=None, end=None, limit=1))

    assert (row.open, row.close, row.volume) == ("100", "100", "0")
