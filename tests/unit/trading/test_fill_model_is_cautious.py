"""The fill model, for any order and candle: never better than the market, and always paid for."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.market.symbol import Symbol
from domain.shared.money import CENTS, Money, Price, Quantity
from domain.trading.fill import Execution
from domain.trading.fill_model import FillModel
from domain.trading.order import OrderType, Side
from support.build import START
from support.generate import accepted_orders, decimals, positive_amounts, symbol_candles, symbols

models = st.builds(
    FillModel,
    slippage_bps=st.one_of(st.just(Decimal(0)), decimals("0", "9999", 2)),
    fee_bps=decimals("0", "9999", 2),
    participation=decimals("0.01", "1", 2),
)


@given(st.data(), symbols(), models)
def test_an_execution_keeps_to_the_candle_and_the_order(data: st.DataObject, symbol: Symbol, model: FillModel) -> None:
    order, candle = data.draw(accepted_orders(symbol)), data.draw(symbol_candles(symbol))
    execution = model.match(order, candle, symbol)
    if execution is None:
        return
    price, quantity = execution.price, execution.quantity
    assert 0 < quantity <= min(order.remaining, candle.volume * model.participation)
    assert not quantity % symbol.quantity_step
    assert not price % symbol.price_tick
    assert candle.open_time <= execution.at <= candle.close_time
    if order.type is OrderType.LIMIT or not model.slippage_bps:
        assert candle.low <= price <= candle.high
    if order.limit_price is not None:
        assert price <= order.limit_price if order.side is Side.BUY else price >= order.limit_price
    else:
        trigger, slip = order.stop_price or candle.open, model.slippage_bps / 10_000
        if order.side is Side.BUY:
            assert price >= max(trigger, candle.open) * (1 + slip)
        else:
            assert price == symbol.price_tick or price <= min(trigger, candle.open) * (1 - slip)


@given(models, positive_amounts, positive_amounts)
def test_the_fee_is_rounded_up_by_less_than_the_smallest_unit(
    model: FillModel, price: Decimal, quantity: Decimal
) -> None:
    fee = Fraction(model.fee(Price(price), Quantity(quantity)))
    notional = Fraction(price) * Fraction(quantity)
    exact_fee = notional * Fraction(model.fee_bps) / 10_000
    assert exact_fee <= fee <= notional
    assert fee < exact_fee + Fraction(CENTS)


@given(symbols(), models, positive_amounts, st.integers(min_value=1, max_value=10**9), positive_amounts)
def test_what_is_affordable_is_paid_in_full_and_could_not_be_a_step_more(
    symbol: Symbol, model: FillModel, price: Decimal, steps: int, cash: Decimal
) -> None:
    quantity = Quantity(steps * symbol.quantity_step)
    fee = model.fee(Price(price), quantity)
    wanted = Execution(price=Price(price), quantity=quantity, fee=fee, at=START)
    possible = model.affordable(wanted, Money(cash), symbol)
    bought = Fraction(0) if possible is None else Fraction(possible.quantity)
    if possible is not None:
        assert possible.quantity > 0
        assert not possible.quantity % symbol.quantity_step
        assert possible.fee == model.fee(possible.price, possible.quantity)
        assert bought * Fraction(price) + Fraction(possible.fee) <= Fraction(cash)
    unit_cost = Fraction(price) * (1 + Fraction(model.fee_bps) / 10_000)
    if bought < quantity:
        more = bought + Fraction(symbol.quantity_step)
        assert more * unit_cost > Fraction(cash) - Fraction(CENTS)
    else:
        assert possible == wanted


@given(symbols(), models, st.sampled_from(["0", "-1", "-1E-18"]))
def test_nothing_is_affordable_without_cash(symbol: Symbol, model: FillModel, cash: str) -> None:
    price, quantity = Price(symbol.price_tick), Quantity(symbol.quantity_step)
    wanted = Execution(price=price, quantity=quantity, fee=model.fee(price, quantity), at=START)
    assert model.affordable(wanted, Money(Decimal(cash)), symbol) is None
