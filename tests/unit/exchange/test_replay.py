"""The replay: files are checked to their end before a candle is told, and merged in time order."""

import asyncio
from pathlib import Path

import pytest

from adapters.exchange.replay import ReplayExchange
from domain.errors import Invalid, NotFound
from domain.market.timeframe import Timeframe
from support.build import BTC, ETH, START, candles, minutes
from support.market import Stopwatch, candle_file, rows_file, taken

pytestmark = pytest.mark.anyio

GOOD, BAD = "1735732800000,10,12,9.5,11,3", "1735733100000,10,9,9.5,11,3"


def replay(*files: Path, speed: float | None = None) -> ReplayExchange:
    return ReplayExchange(files, speed=speed)


def two_markets(folder: Path) -> list[Path]:
    """BTC from START, and ETH from twenty minutes later."""
    later = candles(7, 8, 9, symbol=ETH, open_time=START + minutes(20))
    return [candle_file(folder, candles(*range(1, 7))), candle_file(folder, later, suffix=".csv.gz")]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([], "at least one file"),
        (["BTCUSDT-5m.csv", "other/BTCUSDT-5m.csv.gz"], "two files are of the same market"),
        (["BTCUSDT-5m.csv", "ETHUSDT-1h.csv"], "all files must be of one timeframe"),
        (["BTCUSDT-5m.csv", "notes.txt"], "notes.txt: must be named like"),
    ],
)
def test_files_that_make_no_replay_are_refused_without_being_read(names: list[str], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        ReplayExchange(names, speed=None)


async def test_one_malformed_row_anywhere_keeps_every_candle_back(tmp_path: Path) -> None:
    good = candle_file(tmp_path, candles(*range(1, 600), symbol=ETH))
    bad = rows_file(tmp_path, GOOD, BAD)
    exchange = replay(good, bad)
    for _ in range(2):
        with pytest.raises(Invalid, match=r"BTCUSDT-5m\.csv, line 3: low 9\.5 is above high 9"):
            await anext(exchange.stream(Timeframe.M5, {}))
    with pytest.raises(Invalid, match="line 3"):
        await exchange.symbols()


async def test_a_file_that_was_mended_is_read_again(tmp_path: Path) -> None:
    exchange = replay(rows_file(tmp_path, GOOD, BAD))
    with pytest.raises(Invalid):
        await exchange.symbols()
    rows_file(tmp_path, GOOD)
    assert [symbol.name for symbol in await exchange.symbols()] == [BTC]


async def test_only_the_timeframe_of_the_files_is_played(tmp_path: Path) -> None:
    exchange = replay(*two_markets(tmp_path))
    assert exchange.timeframe is Timeframe.M5
    with pytest.raises(Invalid, match="of 5m, not 1m"):
        exchange.stream(Timeframe.M1, {})
    with pytest.raises(Invalid, match="of 5m, not 1m"):
        await exchange.candles(BTC, Timeframe.M1, START, START)


async def test_files_are_merged_by_closing_time_and_symbol(tmp_path: Path) -> None:
    played = await taken(replay(*reversed(two_markets(tmp_path))).stream(Timeframe.M5, {}), 9)
    told = [(candle.symbol, (candle.open_time - START) // minutes(5)) for candle in played]
    assert told == [*((BTC, n) for n in range(4)), (BTC, 4), (ETH, 4), (BTC, 5), (ETH, 5), (ETH, 6)]


async def test_at_a_pace_candles_come_when_they_close(tmp_path: Path) -> None:
    watch = Stopwatch()
    files = two_markets(tmp_path)
    exchange = ReplayExchange(files, speed=300, elapsed=watch.elapsed, sleep=watch.sleep)
    stream = exchange.stream(Timeframe.M5, {})
    arrivals = [(watch.seconds, [candle.symbol for candle in batch]) async for batch in stream]
    assert arrivals == [*((n, [BTC]) for n in (1, 2, 3, 4)), (5, [BTC, ETH]), (6, [BTC, ETH]), (7, [ETH])]


async def test_a_market_whose_file_begins_later_is_listed_later(tmp_path: Path) -> None:
    watch = Stopwatch()
    files = two_markets(tmp_path)
    exchange = ReplayExchange(files, speed=300, elapsed=watch.elapsed, sleep=watch.sleep)
    stream, listed = exchange.stream(Timeframe.M5, {}), []
    for _ in range(5):
        await anext(stream)
        listed.append(len(await exchange.symbols()))
    assert listed == [1, 1, 1, 1, 2]
    assert (await exchange.ticker(ETH)).last == 7


async def test_an_interval_without_candles_is_answered_without_reading(tmp_path: Path) -> None:
    script = candles(1, 2, 3, 4, 5, 6)
    path = candle_file(tmp_path, script[:2] + script[4:])
    exchange = replay(path)
    assert len(await taken(exchange.stream(Timeframe.M5, {}), 4)) == 4
    path.unlink()
    assert await exchange.candles(BTC, Timeframe.M5, START + minutes(10), START + minutes(20)) == []


async def test_one_record_ahead_of_another_is_caught_up_with(tmp_path: Path) -> None:
    files = two_markets(tmp_path)
    played = await taken(replay(*files).stream(Timeframe.M5, {BTC: START + minutes(25), ETH: START + minutes(20)}), 2)
    assert [(candle.symbol, candle.open_time - START) for candle in played] == [
        (ETH, minutes(25)),
        (ETH, minutes(30)),
    ]


async def test_a_stream_can_be_cancelled_while_it_reads(tmp_path: Path) -> None:
    script = candles(*range(1, 2000))
    exchange = replay(candle_file(tmp_path, script))
    await exchange.symbols()
    for patience in range(6):
        reading = asyncio.ensure_future(taken(exchange.stream(Timeframe.M5, {}), 2000))
        for _ in range(patience):
            await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    assert await taken(exchange.stream(Timeframe.M5, {}), 2000) == script


async def test_a_symbol_without_a_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await replay(candle_file(tmp_path, candles(1, 2))).ticker(ETH)
