"""Fills in SQL, and the portfolio folded from them."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from attrs import define, field, frozen
from sqlalchemy import ColumnElement, bindparam, literal_column, select

from adapters.sql import statements
from adapters.sql.rows import trading as rows
from adapters.sql.rows.reading import read_all
from adapters.sql.session import Row, Session
from adapters.sql.statements import BEYOND, compiled
from adapters.sql.tables import fills
from domain.errors import Conflict
from domain.market.symbol import SymbolName
from domain.shared.ids import FillId, OrderId
from domain.trading.fill import Fill
from domain.trading.portfolio import Account, Portfolio

_recorded: ColumnElement[int] = literal_column("rowid")

_ADD = statements.add(fills)
_PAGE = select(fills).where(fills.c.id < bindparam("before")).order_by(fills.c.id.desc()).limit(bindparam("limit"))
_OF_ALL = compiled(_PAGE, "before", "limit")
_OF_SYMBOL = compiled(_PAGE.where(fills.c.symbol == bindparam("symbol")), "before", "symbol", "limit")
_OF_ORDER = compiled(select(fills).where(fills.c.order_id == bindparam("order_id")).order_by(_recorded), "order_id")
_SINCE = compiled(select(_recorded, *fills.c).where(_recorded > bindparam("last")).order_by(_recorded), "last")


@frozen
class Folded:
    """A portfolio, and which fills are in it: those recorded up to `place`, of which `newest` executed last."""

    portfolio: Portfolio
    place: int = 0
    newest: tuple[datetime, FillId] | None = None
    highest: FillId = FillId("")
    """A fill that is recorded anew, because another node's record of it prevailed, has no higher id."""


@define
class SqlFills:
    """`folded` may hold fills of the present transaction: whoever undoes that must set it back."""

    session: Session
    account: Account
    folded: Folded = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.folded = Folded(Portfolio.opened(self.account))

    def add(self, fill: Fill) -> None:
        if not self.session.write(_ADD, rows.fill_row(fill)):
            raise Conflict(f"there is a fill {fill.id} already")

    def page(self, *, symbol: SymbolName | None, before: FillId | None, limit: int) -> Sequence[Fill]:
        below = BEYOND if before is None else before
        if symbol is None:
            found = self.session.all(_OF_ALL, (below, limit))
        else:
            found = self.session.all(_OF_SYMBOL, (below, symbol, limit))
        return read_all(fills, rows.fill, found)

    def of(self, order_id: OrderId) -> Sequence[Fill]:
        return read_all(fills, rows.fill, self.session.all(_OF_ORDER, (order_id,)))

    def portfolio(self) -> Portfolio:
        folded = self.folded
        newer = self.session.all(_SINCE, (folded.place,))
        if newer:
            self.folded = self._with(newer)
        return self.folded.portfolio

    def _with(self, newer: Sequence[Row]) -> Folded:
        """What is folded and `newer` fills; all there are once more, if one of them belongs among the folded."""
        folded, added = self.folded, _in_order(newer)
        lowest = min(fill.id for fill in added)
        if folded.newest is not None and (added[0].moment < folded.newest or lowest <= folded.highest):
            folded, added = Folded(Portfolio.opened(self.account)), _in_order(self.session.all(_SINCE, (0,)))
        return Folded(
            folded.portfolio.applied(added),
            place=newer[-1][0],
            newest=added[-1].moment,
            highest=max(folded.highest, *(fill.id for fill in added)),
        )


def _in_order(found: Sequence[Row]) -> Sequence[Fill]:
    return sorted(read_all(fills, rows.fill, [row[1:] for row in found]), key=attrgetter("moment"))
