"""Let one candle act on one order."""

from decimal import Decimal
from typing import Any

from domain.market.candle import Candle
from domain.trading.fill_model import FillModel
from domain.trading.order import Order
from domain.trading.portfolio import Portfolio
from domain.trading.settlement import Settlement, settle
from support.build import a_candle, a_portfolio, a_symbol, new_ids

FREE = FillModel(slippage_bps=Decimal(0), fee_bps=Decimal(0))


def settled(
    order: Order, portfolio: Portfolio | None = None, model: FillModel = FREE, candle: Candle | None = None
) -> Settlement:
    return settle(order, candle or a_candle(), a_symbol(), portfolio or a_portfolio(), model, new_ids(100))


def outcome(settlement: Settlement) -> tuple[str, Any]:
    return settlement.order.status.value, settlement.fill and settlement.fill.quantity
