"""What a candle file tells about its market, found by reading all of it once."""

from array import array
from bisect import bisect_left
from datetime import UTC, datetime
from decimal import Decimal

from attrs import frozen

from adapters.exchange.candle_file import CandleFile
from domain.errors import Invalid
from domain.market.symbol import Symbol
from domain.shared.money import ZERO, Money, Price, Quantity, exact
from domain.shared.time import milliseconds

MINIMUM_NOTIONAL = Money(Decimal(5))


@frozen
class Survey:
    """The market of a file, and the opening times of its candles in milliseconds since the Unix epoch."""

    symbol: Symbol
    times: "array[int]"

    @property
    def opens(self) -> datetime:
        """When the first candle opens."""
        return datetime.fromtimestamp(self.times[0] // 1000, UTC)

    def holds(self, start: datetime, end: datetime) -> bool:
        """Whether any candle opens in `[start, end)`; asking this is cheap, reading the file is not."""
        return bisect_left(self.times, milliseconds(start)) < bisect_left(self.times, milliseconds(end))


@exact
def survey(file: CandleFile) -> Survey:
    """Check every row of `file` and infer the steps of its market.

    The price tick is the finest decimal place among the prices. The quantity step is the finest among
    the volumes, made finer where one step would be worth more than the minimum notional.

    Raises:
        Invalid: a row is malformed, or there is none.
    """
    times = array("q")
    prices, volumes, highest = ZERO, ZERO, ZERO
    for opens, opened, high, low, close, volume in file.rows():
        times.append(opens)
        # A sum has as many decimal places as the finest of its terms.
        prices += opened + high + low + close
        volumes += volume
        highest = max(highest, high)
    if not times:
        raise Invalid(f"{file.path}: holds no candles", field="replay_files")
    step = _place(volumes)
    while step * highest > MINIMUM_NOTIONAL:
        step = step.scaleb(-1)
    symbol = Symbol(
        name=file.symbol,
        price_tick=Price(_place(prices)),
        quantity_step=Quantity(step),
        minimum_notional=MINIMUM_NOTIONAL,
    )
    return Survey(symbol, times)


def _place(value: Decimal) -> Decimal:
    """The last decimal place that `value` is written with."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent))
