"""Symbols, gaps and listings in SQL."""

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import bindparam, delete, select, tuple_

from adapters.sql import statements
from adapters.sql.rows import market as rows
from adapters.sql.rows.reading import read_all
from adapters.sql.session import Session
from adapters.sql.statements import compiled
from adapters.sql.tables import candle_gaps, listings, symbols
from domain.market.candle import Gap
from domain.market.listing import Listing
from domain.market.symbol import Symbol, SymbolName

_SAVE_SYMBOL = statements.save(symbols)
_SYMBOLS = compiled(select(symbols).order_by(symbols.c.name))

_ADD_GAP = statements.add(candle_gaps)
_REMOVE_GAP = compiled(
    delete(candle_gaps).where(*(column == bindparam(column.name) for column in candle_gaps.c)), *candle_gaps.c.keys()
)
_GAPS = compiled(select(candle_gaps).order_by(*candle_gaps.primary_key))

_ADD_LISTING = statements.add(listings)
_LISTINGS = select(listings).order_by(listings.c.listed_at.desc(), listings.c.symbol.desc()).limit(bindparam("limit"))
_NEWEST_LISTINGS = compiled(_LISTINGS, "limit")
_place = tuple_(listings.c.listed_at, listings.c.symbol)
_before = select(*_place.clauses).where(listings.c.symbol == bindparam("before")).scalar_subquery()
_LISTINGS_BEFORE = compiled(_LISTINGS.where(_place < _before), "before", "limit")


@frozen
class SqlSymbols:
    session: Session

    def save(self, changed: Sequence[Symbol]) -> None:
        self.session.write_many(_SAVE_SYMBOL, [rows.symbol_row(symbol) for symbol in changed])

    def all(self) -> Sequence[Symbol]:
        return read_all(symbols, rows.symbol, self.session.all(_SYMBOLS))


@frozen
class SqlGaps:
    session: Session

    def add(self, gap: Gap) -> None:
        self.session.write(_ADD_GAP, rows.gap_row(gap))

    def remove(self, gap: Gap) -> None:
        self.session.write(_REMOVE_GAP, rows.gap_row(gap))

    def all(self) -> Sequence[Gap]:
        return read_all(candle_gaps, rows.gap, self.session.all(_GAPS))


@frozen
class SqlListings:
    session: Session

    def add(self, listing: Listing) -> None:
        self.session.write(_ADD_LISTING, rows.listing_row(listing))

    def newest(self, limit: int, *, before: SymbolName | None = None) -> Sequence[Listing]:
        if before is None:
            found = self.session.all(_NEWEST_LISTINGS, (limit,))
        else:
            found = self.session.all(_LISTINGS_BEFORE, (before, limit))
        return read_all(listings, rows.listing, found)
