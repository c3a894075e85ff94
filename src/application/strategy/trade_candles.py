"""Trade candles: settle open orders, ask the strategies, journal what they intend."""

from collections.abc import Mapping, Sequence
from functools import partial

from attrs import frozen

from application.ports.broker import Broker
from application.ports.clock import NewId
from application.ports.exchange import Exchange
from application.ports.lease import TradingRight
from application.ports.strategy import Mark, Memory
from application.ports.transactions import Stores, Transactions
from domain.market.candle import Candle
from domain.market.symbol import Source, Symbol, SymbolName
from domain.market.timeframe import Timeframe
from domain.shared.money import exact
from domain.strategy.catalogue import StrategyConfig
from domain.strategy.desk import Desk
from domain.strategy.strategy import Strategy, dump, restore
from domain.trading.order import Order
from domain.trading.position import Position

TIMEFRAME = "timeframe"
"""The key under which a memory says of which candles it is; of others it would be wrong."""


@frozen(kw_only=True)
class Stretch:
    """How many candles were traded, and the intents that must reach the broker before the next one."""

    traded: int
    intents: Sequence[Order]


@frozen(kw_only=True)
class TradeCandlesHandler:
    """Trades as far as the first candle that makes an intent; all of them where nothing has to be handed over.

    Orders, fills, the strategies' memories and the mark that says how far trading came are committed
    together, so a killed service goes on as if it had never stopped. What a power cut takes from a market
    that can be played again is traded again; a live market's candles are not, so those wait for the disk.

    Raises:
        NotTheTrader: another node trades, or this one's right ended on the way; then nothing has happened.
    """

    transactions: Transactions
    exchange: Exchange
    broker: Broker
    right: TradingRight
    new_id: NewId
    timeframe: Timeframe
    hand_over: bool = True
    """False where the order journal itself is the broker's book, as on paper."""

    async def __call__(self, candles: Sequence[Candle]) -> Stretch:
        live = self.exchange.source is Source.LIVE
        return await self.transactions.write(partial(self._trade, candles), durable=live)

    @exact  # once for the stretch, not anew in every sum
    def _trade(self, candles: Sequence[Candle], stores: Stores) -> Stretch:
        seen = stores.memories.traded(self.timeframe)
        desk = self._open_desk(seen, stores)
        staff = _Staff(self.timeframe, desk.portfolio.account.currency, stores)
        traded = 0
        for candle in candles:
            traded += 1
            symbol = candle.symbol
            if symbol in seen and candle.open_time <= seen[symbol].opened:
                continue
            if symbol not in desk.machines:
                desk.machines[symbol] = staff.of(desk.symbols[symbol], candle)
            desk.on_candle(candle)
            if desk.records.intents:
                break
        self.right.check()
        self._record(desk, stores)
        return Stretch(traded=traded, intents=desk.records.intents)

    def _open_desk(self, seen: Mapping[SymbolName, Mark], stores: Stores) -> Desk:
        marks = stores.risk.marks()
        instants = [mark.closed for mark in seen.values()] + ([marks.as_of] if marks else [])
        return Desk(
            mode=self.broker.mode,
            symbols={symbol.name: symbol for symbol in stores.symbols.all()},
            portfolio=stores.fills.portfolio(),
            open_orders={order.id: order for order in stores.orders.open()},
            prices={symbol: mark.close for symbol, mark in seen.items()},
            clock=max(instants, default=None),
            marks=marks,
            limits=stores.risk.limits(),
            halt=stores.risk.halt(),
            fill_model=self.broker.fill_model,
            hand_over=self.hand_over,
            new_id=self.new_id,
        )

    def _record(self, desk: Desk, stores: Stores) -> None:
        records = desk.records
        for order in records.orders.values():
            if order.id in records.placed:
                stores.orders.add(order)
            else:
                stores.orders.save(order)
        for fill in records.fills:
            stores.fills.add(fill)
        stores.outbox.add(records.events)
        stores.equity.add(records.equity)
        if desk.marks is not None:
            stores.risk.set_marks(desk.marks)
        marks = {
            symbol: Mark(candle.open_time, candle.close_time, candle.close) for symbol, candle in records.traded.items()
        }
        memories = [
            Memory(strategy=config.name, symbol=symbol, state=dump(machine) | {TIMEFRAME: self.timeframe})
            for symbol in records.traded
            for config, machine in desk.machines[symbol]
        ]
        stores.memories.save(self.timeframe, marks, memories)


class _Staff:
    """The strategies that trade, with what they remember."""

    def __init__(self, timeframe: Timeframe, currency: str, stores: Stores) -> None:
        self._timeframe = timeframe
        self._currency = currency
        self._stores = stores
        self._configs = [config for config in stores.strategies.all() if config.enabled]
        self._states = {(memory.strategy, memory.symbol): memory.state for memory in stores.memories.all()}

    def of(self, symbol: Symbol, first: Candle) -> Sequence[tuple[StrategyConfig, Strategy]]:
        """Those that trade `symbol`, ready for its `first` candle; none where the account cannot pay."""
        if symbol.quote != self._currency:
            return ()
        return [(config, self._ready(config, first)) for config in self._configs if config.trades(symbol.name)]

    def _ready(self, config: StrategyConfig, first: Candle) -> Strategy:
        """A strategy without a memory learns from the candles before; what it would have done is past."""
        machine = config.build()
        state = self._states.get((config.name, first.symbol), {})
        if state.get(TIMEFRAME) == self._timeframe:
            restore(machine, state)
        else:
            nothing = Position(symbol=first.symbol)
            past = self._stores.candles.before(first.symbol, self._timeframe, first.open_time, machine.warmup)
            for candle in past:
                machine.on_candle(candle, nothing)
        return machine
