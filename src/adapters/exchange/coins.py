"""The coins of the simulated exchange."""

from decimal import Decimal

from adapters.exchange.walk import Coin
from domain.market.symbol import Symbol
from domain.shared.money import Money, Price, Quantity

MINIMUM_NOTIONAL = Money(Decimal(5))


def _coin(
    base: str, price: float, tick: str, step: str, *, volatility: float, turnover: float, listed_after: int = 0
) -> Coin:
    symbol = Symbol(
        name=f"{base}/USDT",
        price_tick=Price(Decimal(tick)),
        quantity_step=Quantity(Decimal(step)),
        minimum_notional=MINIMUM_NOTIONAL,
    )
    return Coin(symbol=symbol, price=price, volatility=volatility, turnover=turnover, listed_after=listed_after)


COINS = (
    _coin("BTC", 60_000, "0.01", "0.00001", volatility=0.0006, turnover=2_000_000),
    _coin("ETH", 3_000, "0.01", "0.0001", volatility=0.0008, turnover=1_000_000),
    _coin("NOVA", 0.25, "0.00001", "1", volatility=0.0015, turnover=100_000, listed_after=360),
    _coin("SOL", 150, "0.01", "0.001", volatility=0.0010, turnover=400_000),
    _coin("XRP", 0.60, "0.0001", "0.1", volatility=0.0009, turnover=300_000),
)
"""By name. The listing of NOVA comes a minute after a first start at the default pace."""
