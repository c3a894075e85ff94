"""Candle files: what is well formed, and what is said of what is not."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.exchange.candle_file import CandleFile
from domain.errors import Invalid
from domain.market.timeframe import Timeframe
from support.build import START, candles, minutes
from support.market import HEADER, candle_file, rows_file

FIRST, SECOND = "1735732800000,10,12,9.5,11,3", "1735733100000,11,12,9.5,11.25,0"


def read(path: Path) -> list:
    return list(CandleFile.named(path).candles(START))


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_what_was_written_is_read(tmp_path: Path, suffix: str) -> None:
    script = candles("100", "101.5", "0.00000001", "123456789")
    assert read(candle_file(tmp_path, script, suffix=suffix)) == script


def test_reading_can_begin_anywhere(tmp_path: Path) -> None:
    script = candles(1, 2, 3, 4)
    file = CandleFile.named(candle_file(tmp_path, script))
    assert list(file.candles(START + minutes(10))) == script[2:]
    assert list(file.candles(START + minutes(11))) == script[3:]
    assert list(file.candles(START + minutes(20))) == []


def test_line_ends_of_other_systems_are_no_reason(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT-5m.csv"
    path.write_bytes(f"{HEADER}\r\n{FIRST}\r\n{SECOND}".encode())
    assert len(read(path)) == 2


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe"),
    [
        ("BTCUSDT-5m.csv", "BTC/USDT", Timeframe.M5),
        ("1000PEPEUSDC-1h.csv.gz", "1000PEPE/USDC", Timeframe.H1),
        ("ETHBTC-1d.csv", "ETH/BTC", Timeframe.D1),
    ],
)
def test_the_name_tells_market_and_timeframe(name: str, symbol: str, timeframe: Timeframe) -> None:
    file = CandleFile.named(Path("somewhere") / name)
    assert (file.symbol, file.timeframe) == (symbol, timeframe)


@pytest.mark.parametrize(
    "name",
    [
        *("candles.csv", "BTCUSDT.csv", "BTCUSDT-5m.txt", "BTCUSDT-7m.csv", "btcusdt-5m.csv", "BTCUSDT-5m.csv.zip"),
        *("BTCXYZ-5m.csv", "USDT-5m.csv", "BTC_USDT-5m.csv", "-5m.csv", "BTCUSDT-5M.csv", "BTCUSDT-٥m.csv"),
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        CandleFile.named(Path(name))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1735733100000,11,12,9.5,11.25", "5 columns instead of 6"),
        ("1735733100000,11,12,9.5,11.25,0,7", "7 columns instead of 6"),
        ("", "1 columns instead of 6"),
        ("1735733100.5,11,12,9.5,11.25,0", "open_time_ms '1735733100.5' is not a whole number"),
        ("-1,11,12,9.5,11.25,0", "open_time_ms '-1' is not a whole number"),
        ("999999999999999,11,12,9.5,11.25,0", "open_time_ms '999999999999999' is not a whole number"),
        ("1735733100000,eleven,12,9.5,11.25,0", "open 'eleven' is not a plain decimal number"),
        ("1735733100000,11,1e3,9.5,11.25,0", "high '1e3' is not a plain decimal number"),
        ("1735733100000,11,NaN,9.5,11.25,0", "high 'NaN' is not a plain decimal number"),
        ("1735733100000,11,Infinity,9.5,11.25,0", "high 'Infinity' is not a plain decimal number"),
        ("1735733100000,11,12,,11.25,0", "low '' is not a plain decimal number"),
        ("1735733100000,11,12,9.5, 11.25,0", "close ' 11.25' is not a plain decimal number"),
        ("1735733100000,11,12,9.5,11.25,-1", "volume '-1' is not a plain decimal number"),
        ("1735733100000,11,12,9.5,11.25,1_0", "volume '1_0' is not a plain decimal number"),
        ("1735733100000,11,12,9.5,١١,0", "close '\\\\xd9\\\\xa1"),
        ("1735733100000,11,12,9.5,11.25,0.1234567890123456789", "is not a plain decimal number"),
        ("1735733100000,1234567890123456789,12,9.5,11.25,0", "is not a plain decimal number"),
        ("1735733100001,11,12,9.5,11.25,0", "open_time_ms 1735733100001 is not a multiple of 5m"),
        ("1735732800000,11,12,9.5,11.25,0", "open_time_ms 1735732800000 is not later than that of the row before"),
        ("1735732500000,11,12,9.5,11.25,0", "open_time_ms 1735732500000 is not later than that of the row before"),
        ("1735733100000,11,12,13,11.25,0", "low 13 is above high 12"),
        ("1735733100000,11,12,0,11.25,0", "low is not greater than zero"),
        ("1735733100000,13,12,9.5,11.25,0", "open and close do not lie between low 9.5 and high 12"),
        ("1735733100000,11,12,9.5,9.25,0", "open and close do not lie between low 9.5 and high 12"),
        ("1735733100000,11,12,9.5,11.25,0" + " " * 300, "the line is longer than 255 bytes"),
    ],
)
def test_a_malformed_row_is_named_with_file_line_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    path = rows_file(tmp_path, FIRST, row)
    with pytest.raises(Invalid) as refusal:
        read(path)
    assert refusal.value.detail.startswith(f"{path}, line 3: ")
    assert reason in refusal.value.detail
    assert len(refusal.value.detail) < len(str(path)) + 400


@given(st.binary(max_size=400))
def test_no_bytes_do_worse_than_being_refused(tmp_path_factory: pytest.TempPathFactory, line: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "BTCUSDT-5m.csv"
    path.write_bytes(f"{HEADER}\n{FIRST}\n".encode() + line)
    assert _outcome(path).startswith(("read", f"{path}, line "))


@pytest.mark.parametrize("header", ["", "time,open,high,low,close,volume", HEADER.upper(), "\ufeff" + HEADER, FIRST])
def test_another_header_is_refused(tmp_path: Path, header: str) -> None:
    path = rows_file(tmp_path, FIRST, header=header)
    with pytest.raises(Invalid, match=f"line 1: the header must be {HEADER}"):
        read(path)


def test_an_empty_file_lacks_its_header(tmp_path: Path) -> None:
    (tmp_path / "BTCUSDT-5m.csv").touch()
    with pytest.raises(Invalid, match="line 1: the header must be"):
        read(tmp_path / "BTCUSDT-5m.csv")


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"BTCUSDT-5m\.csv: cannot be read: No such file or directory"):
        read(tmp_path / "BTCUSDT-5m.csv")


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "BTCUSDT-5m.csv").mkdir()
    with pytest.raises(Invalid, match=r"cannot be read: Is a directory"):
        read(tmp_path / "BTCUSDT-5m.csv")


@pytest.mark.parametrize("damage", ["cut", "flipped", "garbled", "not gzip"])
def test_a_damaged_archive_cannot_be_read(tmp_path: Path, damage: str) -> None:
    path = candle_file(tmp_path, candles(*range(1, 500)), suffix=".csv.gz")
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
            "garbled": whole[:30] + b"\xff" * 100 + whole[130:],
            "not gzip": gzip.decompress(whole),
        }[damage]
    )
    with pytest.raises(Invalid, match=r"BTCUSDT-5m\.csv\.gz"):
        read(path)


def _outcome(path: Path) -> str:
    try:
        return f"read {len(read(path))}"
    except Invalid as refusal:
        return refusal.detail
