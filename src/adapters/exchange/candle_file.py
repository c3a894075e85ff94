"""Candle files: `BTCUSDT-5m.csv[.gz]` with the columns `open_time_ms,open,high,low,close,volume`."""

import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BufferedReader
from pathlib import Path

from attrs import frozen

from domain.errors import Invalid
from domain.market.candle import Candle
from domain.market.symbol import SymbolName, split_market
from domain.market.timeframe import Timeframe
from domain.shared.money import MAX_DECIMALS, MAX_INTEGER_DIGITS, Price, Quantity
from domain.shared.time import milliseconds

Row = tuple[int, Decimal, Decimal, Decimal, Decimal, Decimal]
"""One candle in the order of the columns, its opening time in milliseconds since the Unix epoch."""

_COLUMNS = ("open_time_ms", "open", "high", "low", "close", "volume")
_HEADER = ",".join(_COLUMNS)
_NAME = re.compile(r"([A-Z0-9]+)-([0-9]+[mhd])\.csv(?:\.gz)?")
_TIME = r"[0-9]{1,14}+"
_AMOUNT = rf"[0-9]{{1,{MAX_INTEGER_DIGITS}}}+(?:\.[0-9]{{1,{MAX_DECIMALS}}}+)?+"
_ROW = re.compile(",".join(f"({cell})" for cell in (_TIME, *[_AMOUNT] * 5)) + r"\r?\n?")
_LONGEST_LINE = 256


@frozen
class CandleFile:
    """A file of closed candles; its name tells the market and the timeframe.

    Whatever reads it raises `Invalid` with the file, the line and the reason where it is malformed.
    """

    path: Path
    symbol: SymbolName
    timeframe: Timeframe

    @classmethod
    def named(cls, path: Path) -> "CandleFile":
        """The file at `path`, which is not opened yet.

        Raises:
            Invalid: the name is not that of a candle file.
        """
        name = _NAME.fullmatch(path.name)
        if name is None or name[2] not in set(Timeframe):
            raise Invalid(f"{path}: must be named like BTCUSDT-5m.csv or BTCUSDT-5m.csv.gz", field="replay_files")
        return cls(path, split_market(name[1]), Timeframe(name[2]))

    def candles(self, start: datetime) -> Iterator[Candle]:
        """The candles that open at `start` or later."""
        first = milliseconds(start)
        for opens, opened, high, low, close, volume in self.rows():
            if opens >= first:
                yield Candle(
                    symbol=self.symbol,
                    timeframe=self.timeframe,
                    open_time=datetime.fromtimestamp(opens // 1000, UTC),
                    open=Price(opened),
                    high=Price(high),
                    low=Price(low),
                    close=Price(close),
                    volume=Quantity(volume),
                )

    def rows(self) -> Iterator[Row]:
        """Every row, checked as candles are, in half the time that making candles of them takes."""
        step = self.timeframe.duration // timedelta(milliseconds=1)
        previous = -1
        lines = self._lines()
        number, header = next(lines, (1, b""))
        if header.rstrip(b"\r\n") != _HEADER.encode():
            raise self._malformed(number, f"the header must be {_HEADER}")
        for number, line in lines:
            found = _ROW.fullmatch(line.decode("latin-1"))
            if found is None:
                raise self._malformed(number, _misshapen(line))
            time, *amounts = found.groups()
            opens = int(time)
            opened, high, low, close, volume = map(Decimal, amounts)
            if opens % step:
                raise self._malformed(number, f"open_time_ms {opens} is not a multiple of {self.timeframe}")
            if opens <= previous:
                raise self._malformed(number, f"open_time_ms {opens} is not later than that of the row before")
            if not 0 < low <= opened <= high or not low <= close <= high:
                raise self._malformed(number, _impossible(low, high))
            previous = opens
            yield opens, opened, high, low, close, volume

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        try:
            with _opened(self.path) as file:
                yield from enumerate(iter(partial(file.readline, _LONGEST_LINE), b""), start=1)
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise Invalid(f"{self.path}: cannot be read: {reason}", field="replay_files") from error

    def _malformed(self, line: int, reason: str) -> Invalid:
        return Invalid(f"{self.path}, line {line}: {reason}", field="replay_files")


def _opened(path: Path) -> BufferedReader:
    if path.suffix != ".gz":
        return path.open("rb")
    return BufferedReader(gzip.open(path, "rb"))


def _misshapen(line: bytes) -> str:
    """Why `line` is not a row."""
    if len(line) == _LONGEST_LINE:
        return f"the line is longer than {_LONGEST_LINE - 1} bytes"
    cells = line.rstrip(b"\r\n").decode("ascii", "backslashreplace").split(",")
    if len(cells) != len(_COLUMNS):
        return f"{len(cells)} columns instead of {len(_COLUMNS)}"
    if re.fullmatch(_TIME, cells[0]) is None:
        return f"open_time_ms {cells[0]!r} is not a whole number of milliseconds"
    name, cell = next(pair for pair in zip(_COLUMNS, cells, strict=True) if re.fullmatch(_AMOUNT, pair[1]) is None)
    return f"{name} {cell!r} is not a plain decimal number"


def _impossible(low: Decimal, high: Decimal) -> str:
    """Why the prices of a row cannot be."""
    if low <= 0:
        return "low is not greater than zero"
    if low > high:
        return f"low {low} is above high {high}"
    return f"open and close do not lie between low {low} and high {high}"
