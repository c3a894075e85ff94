"""What every exchange promises, asserted of each."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.ports.exchange import Exchange
from domain.errors import NotFound, Unavailable
from domain.market.candle import Candle
from domain.market.symbol import Source, SymbolName
from support.market import VENUES, Venue, closing, newest, taken

pytestmark = pytest.mark.anyio

UNKNOWN = SymbolName("NONE/USDT")
DAWN, DUSK = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@pytest.fixture(params=VENUES)
def venue(request: pytest.FixtureRequest, tmp_path: Path) -> Venue:
    return VENUES[request.param](tmp_path)


async def streamed(exchange: Exchange, venue: Venue, after: Sequence[Candle] = ()) -> list[Candle]:
    """What `exchange` streams of the rest of the script when `after` is on record."""
    rest = len(venue.script) - len(after)
    return (await taken(exchange.stream(venue.timeframe, newest(after)), rest))[:rest]


async def test_the_stream_plays_the_whole_script_in_the_order_of_closing(venue: Venue) -> None:
    candles = await streamed(venue.start(), venue)
    assert candles == venue.script
    assert candles == sorted(candles, key=closing)
    assert all(candle.closed for candle in candles)


async def test_batches_are_never_empty_and_never_large(venue: Venue) -> None:
    sizes, stream = [], venue.start().stream(venue.timeframe, {})
    while sum(sizes) < len(venue.script):
        sizes.append(len(await anext(stream)))
    assert 1 <= min(sizes) <= max(sizes) <= 500


@pytest.mark.parametrize("cut", [1, 2, 7, 118, 121, 300, 500, 679])
async def test_a_new_start_goes_on_after_the_record(venue: Venue, cut: int) -> None:
    candles = await streamed(venue.start(), venue, venue.script[:cut])
    assert candles == venue.script[cut:]


async def test_a_script_played_to_the_end_stays_at_its_end(venue: Venue) -> None:
    """The simulated market has no end; it goes on beyond the script instead."""
    stream = venue.start().stream(venue.timeframe, newest(venue.script))
    further = await anext(stream, [])
    assert bool(further) is not venue.ends
    assert all(candle.open_time >= venue.script[-1].close_time for candle in further)


async def test_the_record_of_other_markets_changes_nothing(venue: Venue) -> None:
    stream = venue.start().stream(venue.timeframe, {UNKNOWN: DUSK})
    assert (await taken(stream, len(venue.script)))[: len(venue.script)] == venue.script


async def test_what_happens_to_the_record_while_streaming_changes_nothing(venue: Venue) -> None:
    record: dict[SymbolName, datetime] = {}
    stream = venue.start().stream(venue.timeframe, record)
    played = list(await anext(stream))
    record.update(newest(venue.script))
    played += await taken(stream, len(venue.script) - len(played))
    assert played[: len(venue.script)] == venue.script


async def test_candles_are_those_streamed_that_open_in_the_interval(venue: Venue) -> None:
    exchange = venue.start()
    played = [candle for candle in await streamed(exchange, venue) if candle.symbol == venue.first]
    length, start = venue.timeframe.duration, played[10].open_time

    async def between(start: datetime, end: datetime) -> list[Candle]:
        return list(await exchange.candles(venue.first, venue.timeframe, start, end))

    assert await between(start, start + 5 * length) == played[10:15]
    assert await between(start - timedelta(seconds=1), start + timedelta(seconds=1)) == played[10:11]
    assert await between(start, start) == []
    assert await between(start + length, start) == []
    assert await between(DAWN, played[3].open_time) == played[:3]


async def test_no_candle_is_known_before_it_closed(venue: Venue) -> None:
    exchange = venue.start()
    batch = await anext(exchange.stream(venue.timeframe, {}))
    known = await exchange.candles(venue.first, venue.timeframe, DAWN, DUSK)
    assert known
    assert known == [candle for candle in batch if candle.symbol == venue.first]


async def test_a_stream_that_was_left_can_be_opened_again(venue: Venue) -> None:
    exchange = venue.start()
    played = list(await anext(exchange.stream(venue.timeframe, {})))
    assert await streamed(exchange, venue, played) == venue.script[len(played) :]


@pytest.mark.parametrize("cut", [0, 100, 640])
async def test_the_ticker_tells_the_last_price_and_the_last_day(venue: Venue, cut: int) -> None:
    """Also when a part of that day was on record before the start."""
    exchange = venue.start()
    played = [*venue.script[:cut], *await anext(exchange.stream(venue.timeframe, newest(venue.script[:cut])))]
    candles = [candle for candle in played if candle.symbol == venue.first]
    day = [candle for candle in candles if candle.open_time >= candles[-1].close_time - timedelta(days=1)]
    ticker = await exchange.ticker(venue.first)
    assert (ticker.symbol, ticker.source, ticker.time) == (venue.first, exchange.source, day[-1].close_time)
    assert (ticker.last, ticker.open_24h) == (day[-1].close, day[0].open)
    assert (ticker.high_24h, ticker.low_24h) == (max(c.high for c in day), min(c.low for c in day))
    assert ticker.volume_24h == sum(c.volume for c in day)
    assert 0 < ticker.bid <= ticker.last <= ticker.ask


async def test_the_order_book_lies_around_the_last_price(venue: Venue) -> None:
    exchange = venue.start()
    await anext(exchange.stream(venue.timeframe, {}))
    if not venue.has_book:
        with pytest.raises(Unavailable) as refusal:
            await exchange.order_book(venue.first, 5)
        assert refusal.value.code == "order_book_unavailable"
        return
    ticker, book = await exchange.ticker(venue.first), await exchange.order_book(venue.first, 5)
    assert (book.symbol, book.source, book.time) == (venue.first, exchange.source, ticker.time)
    assert len(book.bids) == len(book.asks) == 5
    assert book.bids[0].price == ticker.bid < ticker.last < ticker.ask == book.asks[0].price
    assert all(level.quantity > 0 for level in book.bids + book.asks)
    assert book == await exchange.order_book(venue.first, 5)


async def test_a_market_is_listed_once_its_first_candle_has_closed(venue: Venue) -> None:
    there_at_first = {c.symbol for c in venue.script if c.open_time == venue.script[0].open_time}
    there_at_last = {c.symbol for c in venue.script}
    exchange = venue.start()
    before = await exchange.symbols()
    await streamed(exchange, venue)
    after = await exchange.symbols()
    assert [symbol.name for symbol in before] == sorted(there_at_first)
    assert [symbol.name for symbol in after] == sorted(there_at_last)
    assert [(await exchange.ticker(name)).symbol for name in sorted(there_at_last)] == sorted(there_at_last)


async def test_prices_and_volumes_keep_to_the_steps_of_their_market(venue: Venue) -> None:
    exchange = venue.start()
    candles = await streamed(exchange, venue)
    symbols = {symbol.name: symbol for symbol in await exchange.symbols()}
    for candle in candles:
        tick, step = symbols[candle.symbol].price_tick, symbols[candle.symbol].quantity_step
        assert not any(price % tick for price in (candle.open, candle.high, candle.low, candle.close))
        assert not candle.volume % step


async def test_what_is_not_listed_is_not_found(venue: Venue) -> None:
    exchange = venue.start()
    late = {c.symbol for c in venue.script} - {symbol.name for symbol in await exchange.symbols()}
    for name in late:
        await _assert_not_found(exchange, venue, name)
    await streamed(exchange, venue)
    await _assert_not_found(exchange, venue, UNKNOWN)


async def test_nothing_is_known_before_the_stream_is_opened(venue: Venue) -> None:
    exchange = venue.start()
    with pytest.raises(Unavailable):
        await exchange.ticker(venue.first)
    with pytest.raises(Unavailable):
        await exchange.order_book(venue.first, 5)
    with pytest.raises(Unavailable):
        await exchange.candles(venue.first, venue.timeframe, DAWN, DUSK)
    await _assert_not_found(exchange, venue, UNKNOWN)


async def test_what_is_not_real_says_so(venue: Venue) -> None:
    assert venue.start().source in (Source.SIMULATED, Source.REPLAY)


async def _assert_not_found(exchange: Exchange, venue: Venue, name: SymbolName) -> None:
    with pytest.raises(NotFound):
        await exchange.ticker(name)
    with pytest.raises(NotFound):
        await exchange.order_book(name, 5)
    with pytest.raises(NotFound):
        await exchange.candles(name, venue.timeframe, DAWN, DUSK)
