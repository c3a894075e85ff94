"""Markets for tests: a clock that never waits, candle files, and every exchange with the same kind of script."""

import csv
import gzip
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from attrs import evolve, frozen

from adapters.exchange.candle_file import CandleFile
from adapters.exchange.coins import COINS
from adapters.exchange.replay import ReplayExchange
from adapters.exchange.simulated import SimulatedExchange
from adapters.exchange.walk import START, Coin, Walk
from adapters.memory.exchange import MemoryExchange
from application.ports.exchange import Exchange
from domain.market.candle import Candle
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.money import text
from domain.shared.time import milliseconds

RECORDED = Path(__file__).parents[2].parent / "shared" / "market"
"""Real candles; not every machine has them."""

HEADER = "open_time_ms,open,high,low,close,volume"
SEED = 1
LATE = SymbolName("NOVA/USDT")
"""The coin that is listed while the script runs."""
COINS_OF_THE_SCRIPT = tuple(
    evolve(coin, listed_after=60 if coin.symbol.name == LATE else 0)
    for coin in COINS
    if coin.symbol.base in ("BTC", "ETH", "NOVA")
)


class Stopwatch:
    """Seconds that pass only by sleeping, or when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def elapsed(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@frozen(kw_only=True)
class Venue:
    """An exchange as a bot meets it: `start` is a start of the process, `script` all that it will ever see."""

    start: Callable[[], Exchange]
    script: Sequence[Candle]
    ends: bool = True
    has_book: bool = True

    @property
    def timeframe(self) -> Timeframe:
        return self.script[0].timeframe

    @property
    def first(self) -> SymbolName:
        return self.script[0].symbol


def simulated_venue(folder: Path) -> Venue:
    return Venue(
        start=lambda: SimulatedExchange(seed=SEED, speed=None, coins=COINS_OF_THE_SCRIPT),
        script=a_script(COINS_OF_THE_SCRIPT, 340),
        ends=False,
    )


def memory_venue(folder: Path) -> Venue:
    script = a_script(COINS_OF_THE_SCRIPT, 340)
    candles = iter(script)
    batches = [list(islice(candles, number % 11)) for number in range(len(script))]
    symbols = [coin.symbol for coin in COINS_OF_THE_SCRIPT]
    return Venue(start=lambda: MemoryExchange(batches, symbols=symbols), script=script)


def replay_venue(folder: Path) -> Venue:
    script = a_script(COINS_OF_THE_SCRIPT, 340)
    files = [
        candle_file(folder, [candle for candle in script if candle.symbol == coin.symbol.name])
        for coin in COINS_OF_THE_SCRIPT
    ]
    return Venue(start=lambda: ReplayExchange(files, speed=None), script=script, has_book=False)


def recorded_venue(folder: Path) -> Venue:
    """The beginning of two real files."""
    files = [CandleFile.named(RECORDED / f"{market}-5m.csv.gz") for market in ("BTCUSDT", "ETHUSDT")]
    parts = [list(islice(file.candles(START), 340)) for file in files]
    copies = [candle_file(folder, part, suffix=".csv.gz") for part in parts]
    script = sorted((candle for part in parts for candle in part), key=closing)
    return Venue(start=lambda: ReplayExchange(copies, speed=None), script=script, has_book=False)


VENUES = {"simulated": simulated_venue, "memory": memory_venue, "replay": replay_venue}
if RECORDED.is_dir():
    VENUES["recorded"] = recorded_venue


def a_script(coins: Sequence[Coin], length: int) -> list[Candle]:
    """What the simulated exchange streams: candles of five minutes, with a day and more between first and last."""
    walks = [(coin.listed_after, Walk(coin, SEED)) for coin in coins]
    return [walk.candle(n, Timeframe.M5) for n in range(length) for listed, walk in walks if n >= listed]


def candle_file(folder: Path, candles: Sequence[Candle], *, suffix: str = ".csv") -> Path:
    """The file that `candles`, all of one market, would be recorded in."""
    path = folder / f"{candles[0].symbol.replace('/', '')}-{candles[0].timeframe}{suffix}"
    with gzip.open(path, "wt") if suffix.endswith(".gz") else path.open("w") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEADER.split(","))
        for c in candles:
            rows.writerow([milliseconds(c.open_time), *map(text, (c.open, c.high, c.low, c.close, c.volume))])
    return path


def rows_file(folder: Path, *rows: str, name: str = "BTCUSDT-5m.csv", header: str = HEADER) -> Path:
    """A file with these rows under the header."""
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]))
    return path


async def taken(stream: AsyncIterator[Sequence[Candle]], most: int) -> list[Candle]:
    """The candles of `stream`, batch by batch until there are `most`."""
    candles: list[Candle] = []
    async for batch in stream:
        candles.extend(batch)
        if len(candles) >= most:
            break
    return candles


def newest(candles: Iterable[Candle]) -> dict[SymbolName, datetime]:
    """The opening time of the last candle of each symbol."""
    return {candle.symbol: candle.open_time for candle in candles}


def closing(candle: Candle) -> tuple[datetime, SymbolName]:
    """The order of streams."""
    return candle.close_time, candle.symbol
