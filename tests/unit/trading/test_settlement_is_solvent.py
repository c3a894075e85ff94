"""Settlement, for any orders and candles: no debt, nothing sold that was not there, nothing lost on the way."""

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.market.candle import Candle
from domain.market.symbol import Symbol
from domain.shared.money import ZERO, Money, exact
from domain.trading.fill_model import FillModel
from domain.trading.order import Order, OrderStatus
from domain.trading.settlement import settle
from support.build import START, a_candle, a_portfolio, an_accepted_order, minutes, new_ids
from support.generate import decimals, sides, symbols

MODELS = [
    FillModel(),
    FillModel(slippage_bps=Decimal(0), fee_bps=Decimal(0)),
    FillModel(slippage_bps=Decimal(500), fee_bps=Decimal("33.3"), participation=Decimal("0.37")),
]


class Market(RuleBasedStateMachine):
    """Two strategies and a person trade one symbol; every candle settles every open order."""

    @initialize(symbol=symbols(), model=st.sampled_from(MODELS), cash=decimals("0", "100000", 4))
    def open_account(self, symbol: Symbol, model: FillModel, cash: Decimal) -> None:
        self.symbol, self.model = symbol, model
        self.portfolio = a_portfolio(starting_balance=cash)
        self.orders: dict[str, Order] = {}
        self.fills: list[tuple[str, Decimal]] = []
        self.candle: Candle | None = None
        self.now = START
        self.new_id = new_ids()

    @rule(
        side=sides,
        steps=st.integers(min_value=1, max_value=2000),
        strategy=st.sampled_from([None, "ema_crossover", "hold"]),
        lifetime=st.one_of(st.none(), st.integers(min_value=1, max_value=20)),
    )
    def order(self, side: str, steps: int, strategy: str | None, lifetime: int | None) -> None:
        order = an_accepted_order(
            id=self.new_id(),
            symbol=self.symbol.name,
            side=side,
            quantity=steps * self.symbol.quantity_step,
            strategy=strategy,
            created_at=self.now,
            expires_at=None if lifetime is None else self.now + minutes(lifetime),
        )
        self.orders[order.id] = order

    @rule(ticks=st.integers(min_value=1, max_value=10_000), volume=st.integers(min_value=0, max_value=5000))
    def candle_closes(self, ticks: int, volume: int) -> None:
        candle = a_candle(
            symbol=self.symbol.name,
            open_time=self.now,
            open=ticks * self.symbol.price_tick,
            volume=volume * self.symbol.quantity_step,
        )
        for order in [order for order in self.orders.values() if order.status.open]:
            self._settle(order, candle)
        self.now, self.candle = candle.close_time, candle

    def _settle(self, order: Order, candle: Candle) -> None:
        settlement = settle(order, candle, self.symbol, self.portfolio, self.model, self.new_id)
        fill = settlement.fill
        if fill is not None:
            self.fills.append((order.id, fill.quantity))
            assert settlement.portfolio == self.portfolio.apply(fill)
            assert order.expires_at is None or fill.executed_at <= order.expires_at
        else:
            assert settlement.portfolio is self.portfolio
        if settlement.order.status is OrderStatus.CANCELLED:
            assert (settlement.order.reason or "").startswith("insufficient")
        self.portfolio, self.orders[order.id] = settlement.portfolio, settlement.order

    @invariant()
    def nobody_is_in_debt(self) -> None:
        portfolio, name = self.portfolio, self.symbol.name
        booked = exact(sum)((book.quantity for book in portfolio.books.values()), ZERO)
        assert portfolio.cash >= 0
        assert 0 <= booked <= portfolio.position(name).quantity

    @invariant()
    def orders_know_what_was_filled(self) -> None:
        for order in self.orders.values():
            assert order.filled_quantity == exact(sum)((q for id_, q in self.fills if id_ == order.id), ZERO)

    @invariant()
    def money_is_neither_made_nor_lost(self) -> None:
        if self.candle is not None:
            prices = {self.symbol.name: self.candle.close}
            portfolio = self.portfolio
            gained = exact(lambda: portfolio.realised + portfolio.unrealised(prices) - portfolio.fees)()
            assert portfolio.equity(prices) == exact(Decimal.__add__)(portfolio.account.starting_balance, Money(gained))


TestMarket = Market.TestCase
