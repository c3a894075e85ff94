"""The desk: trades closed candles one after the other, and keeps what is to be put on record."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import define, field

from domain.errors import Invalid
from domain.market.candle import Candle
from domain.market.symbol import Symbol, SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.events import Event
from domain.shared.ids import OrderId
from domain.shared.money import Money, Price, Quantity, exact
from domain.strategy.catalogue import StrategyConfig
from domain.strategy.records import Records
from domain.strategy.signal import Action, Signal
from domain.strategy.strategy import Strategy
from domain.trading.decision import RiskDecision
from domain.trading.fill_model import FillModel
from domain.trading.order import Order, OrderStatus, OrderType, Side, TradingMode
from domain.trading.placing import decided, rounded
from domain.trading.portfolio import EquityPoint, Portfolio
from domain.trading.risk import EquityMarks, Halt, MarketView, RiskLimits, unpromised
from domain.trading.settlement import NewId, order_ended, settle

HISTORY_STEP = Timeframe.M5
"""The portfolio's history has at most one point for each step of the market's clock."""


@define(kw_only=True)
class Desk:
    """One account, its open orders and its strategies, at one moment of the market's clock.

    For every candle: orders at the broker are settled, the portfolio is valued, and each strategy is
    asked. A strategy has at most one order in flight on a symbol, and while trading is halted it only
    watches; so it does over candles that closed before the market's clock, which are past. The same
    candles and the same start give the same trades.
    """

    mode: TradingMode
    symbols: Mapping[SymbolName, Symbol]
    portfolio: Portfolio
    open_orders: dict[OrderId, Order]
    prices: dict[SymbolName, Price]
    clock: datetime | None
    """The close of the newest candle traded."""
    marks: EquityMarks | None
    limits: RiskLimits | None
    halt: Halt | None
    fill_model: FillModel | None
    hand_over: bool
    """Whether orders have to reach a broker before they may fill; where not, being on record is enough."""
    new_id: NewId
    machines: dict[SymbolName, Sequence[tuple[StrategyConfig, Strategy]]] = field(init=False, factory=dict)
    """The strategies that trade each symbol; given before its first candle."""
    equity: Money | None = field(init=False, default=None)
    """At the clock; None while a holding has no price."""
    records: Records = field(init=False, factory=Records)

    def on_candle(self, candle: Candle) -> None:
        """Trade the next closed candle."""
        self._settle(candle)
        self.prices[candle.symbol] = candle.close
        closed = candle.close_time
        past = self.clock is not None and closed < self.clock
        if not past:
            self.clock = closed
            self._value(closed)
        for config, machine in self.machines[candle.symbol]:
            signal = machine.on_candle(candle, self.portfolio.book(config.name, candle.symbol))
            if signal is not None and not past and not self._watching(config.name, candle.symbol):
                self._act(config, signal, candle)
        self.records.traded[candle.symbol] = candle

    def _settle(self, candle: Candle) -> None:
        if self.fill_model is None or not self.open_orders:
            return
        for order in [o for o in self.open_orders.values() if o.symbol == candle.symbol]:
            if order.status is OrderStatus.NEW:
                continue
            settled = settle(order, candle, self.symbols[candle.symbol], self.portfolio, self.fill_model, self.new_id)
            if settled.order is not order:
                self.portfolio = settled.portfolio
                self._record(settled.order, settled.events)
                if settled.fill is not None:
                    self.records.fills.append(settled.fill)

    def _record(self, order: Order, events: Iterable[Event] = ()) -> None:
        self.records.orders[order.id] = order
        self.records.events.extend(events)
        if order.status.open:
            self.open_orders[order.id] = order
        else:
            self.open_orders.pop(order.id, None)

    def _value(self, at: datetime) -> None:
        try:
            equity = self.equity = self.portfolio.equity(self.prices)
        except KeyError:
            self.equity = None
            return
        self.marks = EquityMarks.first(equity, at) if self.marks is None else self.marks.seen(equity, at)
        points = self.records.equity
        if HISTORY_STEP.aligned(at) and not (points and points[-1].time == at):
            points.append(EquityPoint(time=at, equity=equity, cash=self.portfolio.cash))

    def _watching(self, strategy: str, symbol: SymbolName) -> bool:
        if self.halt is None or self.halt.halted:
            return True
        return any(o.strategy == strategy and o.symbol == symbol for o in self.open_orders.values())

    def _act(self, config: StrategyConfig, signal: Signal, candle: Candle) -> None:
        quantity = self._exit(config, candle) if signal.action is Action.EXIT else self._entry(config, candle)
        if quantity > 0:
            self._place(config, signal, quantity, candle)

    @exact
    def _entry(self, config: StrategyConfig, candle: Candle) -> Quantity:
        """Its share of the equity, which has to be known."""
        step = self.symbols[candle.symbol].quantity_step
        return Quantity(config.allocation * (self.equity or 0) // (candle.close * step) * step)

    @exact
    def _exit(self, config: StrategyConfig, candle: Candle) -> Quantity:
        """What its orders hold, as far as nobody else is selling it."""
        free = unpromised(self.portfolio, candle.symbol, self.open_orders.values())
        held = self.portfolio.book(config.name, candle.symbol).quantity
        return self.symbols[candle.symbol].quantity_down(min(held, free))

    def _place(self, config: StrategyConfig, signal: Signal, quantity: Quantity, candle: Candle) -> None:
        now = candle.close_time
        market = MarketView(now=now, prices=self.prices, marks=self.marks, open_orders=tuple(self.open_orders.values()))
        intent = Order(
            id=OrderId(self.new_id()),
            symbol=candle.symbol,
            side=Side.BUY if signal.action is Action.ENTER else Side.SELL,
            type=OrderType.MARKET,
            quantity=quantity,
            mode=self.mode,
            decision=RiskDecision(decided_at=now),
            strategy=config.name,
            reason=signal.reason,
            created_at=now,
            updated_at=now,
        )
        try:
            intent = rounded(intent, self.symbols[candle.symbol], market)
        except Invalid:
            return
        order = decided(intent, self.portfolio, market, self.limits, self.halt)
        self.records.placed.add(order.id)
        if not order.decision.approved:
            self._record(order, [order_ended(order, self.new_id)])
        elif self.hand_over:
            self._record(order)
            self.records.intents.append(order)
        else:
            self._record(order.accept(now))
