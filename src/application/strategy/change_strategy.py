"""Change a strategy: switch it on or off, choose its parameters, symbols and allocation."""

from functools import partial

from attrs import frozen

from application.ports.transactions import Stores, Transactions
from domain.errors import NotFound
from domain.identity.user import Caller
from domain.strategy.catalogue import StrategyConfig


@frozen(kw_only=True)
class ChangeStrategyHandler:
    """A strategy whose settings changed forgets what it remembered, and learns anew from past candles.

    Raises:
        NotFound: there is no such symbol on record.
    """

    transactions: Transactions

    async def __call__(self, caller: Caller, config: StrategyConfig) -> StrategyConfig:
        return await self.transactions.write(partial(self._change, config))

    def _change(self, config: StrategyConfig, stores: Stores) -> StrategyConfig:
        known = {symbol.name for symbol in stores.symbols.all()}
        for symbol in config.symbols:
            if symbol not in known:
                raise NotFound(f"there is no symbol {symbol}", code="symbol_not_found", field="symbols")
        if config not in stores.strategies.all():
            stores.strategies.save(config)
            stores.memories.forget(config.name)
        return config
