"""Candles in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import frozen
from sqlalchemy import and_, bindparam, func, select

from adapters.sql import statements
from adapters.sql.rows import market as rows
from adapters.sql.rows.reading import read_all
from adapters.sql.session import Row, Session
from adapters.sql.statements import BEYOND, compiled
from adapters.sql.tables import candles
from application.ports.market import CandleRow
from domain.market.candle import Candle
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.shared import time

_ADD = statements.add(candles)

_SERIES = and_(candles.c.symbol == bindparam("symbol"), candles.c.timeframe == bindparam("timeframe"))
_PAGE = select(*list(candles.c)[2:]).where(_SERIES).limit(bindparam("limit"))
_FORWARD = _PAGE.order_by(candles.c.open_time)
_BACKWARD = _PAGE.order_by(candles.c.open_time.desc())
_FROM = compiled(
    _FORWARD.where(candles.c.open_time >= bindparam("start"), candles.c.open_time < bindparam("end")),
    *("symbol", "timeframe", "start", "end", "limit"),
)
_AFTER = compiled(
    _FORWARD.where(candles.c.open_time > bindparam("opened")), *("symbol", "timeframe", "opened", "limit")
)
_BEFORE = compiled(_BACKWARD.where(candles.c.open_time < bindparam("end")), "symbol", "timeframe", "end", "limit")

# Two steps down the index for each symbol; GROUP BY would read every candle there is.
_first = select(func.min(candles.c.symbol).label("symbol")).cte("seen", recursive=True)
_next = select(func.min(candles.c.symbol)).where(candles.c.symbol > _first.c.symbol).scalar_subquery()
_seen = _first.union_all(select(_next).where(_first.c.symbol.is_not(None)))
_last = (
    select(func.max(candles.c.open_time))
    .where(candles.c.symbol == _seen.c.symbol, candles.c.timeframe == bindparam("timeframe"))
    .scalar_subquery()
)
_NEWEST = compiled(select(_seen.c.symbol, _last).where(_seen.c.symbol.is_not(None)), "timeframe")


@frozen
class SqlCandles:
    session: Session

    def add(self, new: Sequence[Candle]) -> int:
        return self.session.write_many(_ADD, [rows.candle_row(candle) for candle in new])

    def page(
        self,
        symbol: SymbolName,
        timeframe: Timeframe,
        *,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> Sequence[CandleRow]:
        until = BEYOND if end is None else time.text(end)
        if start is None:
            return [CandleRow(*row) for row in self._before(symbol, timeframe, until, limit)]
        found = self.session.all(_FROM, (symbol, timeframe.value, time.text(start), until, limit))
        return [CandleRow(*row) for row in found]

    def after(self, symbol: SymbolName, timeframe: Timeframe, opened: datetime | None, limit: int) -> Sequence[Candle]:
        since = "" if opened is None else time.text(opened)
        return _read(symbol, timeframe, self.session.all(_AFTER, (symbol, timeframe.value, since, limit)))

    def before(self, symbol: SymbolName, timeframe: Timeframe, opened: datetime, limit: int) -> Sequence[Candle]:
        return _read(symbol, timeframe, self._before(symbol, timeframe, time.text(opened), limit))

    def _before(self, symbol: SymbolName, timeframe: Timeframe, end: str, limit: int) -> list[Row]:
        return self.session.all(_BEFORE, (symbol, timeframe.value, end, limit))[::-1]

    def newest(self, timeframe: Timeframe) -> Mapping[SymbolName, datetime]:
        found = self.session.all(_NEWEST, (timeframe.value,))
        return dict(read_all(candles, rows.newest_candle, [row for row in found if row[1] is not None]))


def _read(symbol: SymbolName, timeframe: Timeframe, found: list[Row]) -> Sequence[Candle]:
    return read_all(candles, rows.candle_reader(symbol, timeframe), found, (symbol, timeframe.value))
