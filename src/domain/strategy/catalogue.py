"""The catalogue: which strategies there are, and what the owner set about each."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from attrs import field, frozen

from domain.errors import Invalid, NotFound
from domain.market.symbol import SymbolName
from domain.strategy.ema_crossover import EmaCrossover, EmaCrossoverParameters
from domain.strategy.hold import Hold, HoldParameters
from domain.strategy.parameters import RawParameters, between, read_parameters, write_parameters
from domain.strategy.rsi_reversion import RsiReversion, RsiReversionParameters
from domain.strategy.strategy import Strategy

_KINDS: Mapping[str, tuple[type, type]] = {
    "ema_crossover": (EmaCrossoverParameters, EmaCrossover),
    "rsi_reversion": (RsiReversionParameters, RsiReversion),
    "hold": (HoldParameters, Hold),
}


@frozen(kw_only=True)
class StrategyConfig:
    """What is set about one strategy.

    `allocation` is the share of equity an entry is worth. An empty `symbols` means every symbol.

    Raises:
        NotFound: there is no strategy of that name.
        Invalid: a parameter or the allocation breaks its rule.
    """

    name: str
    enabled: bool
    parameters: RawParameters = field(factory=dict)
    symbols: tuple[SymbolName, ...] = ()
    allocation: Decimal = field(default=Decimal("0.10"), validator=between(Decimal("0.001"), Decimal(1)))

    def __attrs_post_init__(self) -> None:
        if self.name not in _KINDS:
            raise NotFound(f"there is no strategy {self.name!r}; there are {', '.join(_KINDS)}")
        if len(set(self.symbols)) != len(self.symbols):
            raise Invalid("must not name a symbol twice", field="symbols")
        parameters, _ = _KINDS[self.name]
        complete = write_parameters(read_parameters(parameters, self.parameters))
        object.__setattr__(self, "parameters", complete)

    def trades(self, symbol: SymbolName) -> bool:
        """Whether the strategy is on for `symbol`."""
        return self.enabled and (not self.symbols or symbol in self.symbols)

    def build(self) -> Strategy:
        """The strategy itself, with an empty memory."""
        _, strategy = _KINDS[self.name]
        built: Strategy = strategy(self._typed_parameters)
        return built

    @cached_property
    def _typed_parameters(self) -> object:
        parameters, _ = _KINDS[self.name]
        return read_parameters(parameters, self.parameters)


DEFAULT_STRATEGIES = (
    StrategyConfig(name="ema_crossover", enabled=True),
    StrategyConfig(name="rsi_reversion", enabled=True),
    StrategyConfig(name="hold", enabled=False),
)
"""What a new installation starts with."""
