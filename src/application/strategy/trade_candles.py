"""Trade candles: settle open orders, ask the strategies, journal what they intend."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from application.ports.broker import Broker
from application.ports.clock import NewId
from application.ports.strategy import Mark, Memory
from application.ports.transactions import Stores, Transactions
from domain.market.candle import Candle
from domain.market.symbol import SymbolName
from domain.market.timeframe import Timeframe
from domain.strategy.catalogue import StrategyConfig
from domain.strategy.desk import Desk
from domain.strategy.strategy import Strategy, dump, restore
from domain.trading.order import Order
from domain.trading.position import Position


@frozen(kw_only=True)
class Stretch:
    """How many candles were traded, and the intents that must reach the broker before the next one."""

    traded: int
    intents: Sequence[Order]


@frozen(kw_only=True)
class TradeCandlesHandler:
    """Trades as far as the first candle that makes an intent.

    Orders, fills, the strategies' memories and the mark that says how far trading came are committed
    together, so a killed service goes on as if it had never stopped.
    """

    transactions: Transactions
    broker: Broker
    new_id: NewId
    timeframe: Timeframe

    async def __call__(self, candles: Sequence[Candle]) -> Stretch:
        return await self.transactions.write(partial(self._trade, candles))

    def _trade(self, candles: Sequence[Candle], stores: Stores) -> Stretch:
        desk = self._open_desk(candles, stores)
        seen = stores.memories.traded(self.timeframe)
        traded = 0
        for candle in candles:
            traded += 1
            if candle.symbol in seen and candle.open_time <= seen[candle.symbol].opened:
                continue
            desk.on_candle(candle)
            if desk.records.intents:
                break
        self._record(desk, stores)
        return Stretch(traded=traded, intents=desk.records.intents)

    def _open_desk(self, candles: Sequence[Candle], stores: Stores) -> Desk:
        configs = [config for config in stores.strategies.all() if config.enabled]
        marks = stores.memories.traded(self.timeframe)
        return Desk(
            mode=self.broker.mode,
            symbols={symbol.name: symbol for symbol in stores.symbols.all()},
            configs=configs,
            machines=self._machines(configs, candles, stores),
            portfolio=stores.fills.portfolio(),
            open_orders={order.id: order for order in stores.orders.open()},
            prices={symbol: mark.close for symbol, mark in marks.items()},
            marks=stores.risk.marks(),
            limits=stores.risk.limits(),
            halt=stores.risk.halt(),
            fill_model=self.broker.fill_model,
            new_id=self.new_id,
        )

    def _machines(
        self, configs: Sequence[StrategyConfig], candles: Sequence[Candle], stores: Stores
    ) -> dict[tuple[str, SymbolName], Strategy]:
        states = {(memory.strategy, memory.symbol): memory.state for memory in stores.memories.all()}
        first = {candle.symbol: candle for candle in reversed(candles)}
        machines = {}
        for candle in first.values():
            for config in configs:
                if config.trades(candle.symbol):
                    key = config.name, candle.symbol
                    machines[key] = machine = config.build()
                    if key in states:
                        restore(machine, states[key])
                    else:
                        self._warm_up(machine, candle, stores)
        return machines

    def _warm_up(self, machine: Strategy, candle: Candle, stores: Stores) -> None:
        """A strategy without a memory learns from the candles before; what it would have done is past."""
        nothing = Position(symbol=candle.symbol)
        for past in stores.candles.before(candle.symbol, self.timeframe, candle.open_time, machine.warmup):
            machine.on_candle(past, nothing)

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
            Memory(strategy=name, symbol=symbol, state=dump(machine))
            for (name, symbol), machine in desk.machines.items()
            if symbol in records.traded
        ]
        stores.memories.save(self.timeframe, marks, memories)
