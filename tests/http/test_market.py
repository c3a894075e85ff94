"""Market data over HTTP."""

import pytest

from domain.errors import Unavailable
from domain.market.listing import Listing
from support.build import BTC, ETH, START, minutes
from support.http import CANDLES

pytestmark = pytest.mark.anyio

CANDLE_QUERY = "/api/v1/market/candles?symbol=BTC-USDT&timeframe=5m"


async def test_symbols_say_their_steps_and_where_the_data_is_from(client):
    answer = (await client.get("/api/v1/market/symbols")).json()

    assert answer["source"] == "simulated"
    assert [item["symbol"] for item in answer["items"]] == ["BTC/USDT", "ETH/USDT"]
    assert answer["items"][0] == {
        "symbol": "BTC/USDT",
        "base": "BTC",
        "quote": "USDT",
        "price_tick": "0.01",
        "quantity_step": "0.00001",
        "minimum_notional": "5",
    }


async def test_pages_of_symbols_follow_each_other(client):
    first = (await client.get("/api/v1/market/symbols?limit=1")).json()
    second = (await client.get("/api/v1/market/symbols", params={"limit": 1, "cursor": first["next_cursor"]})).json()

    assert [item["symbol"] for item in first["items"] + second["items"]] == ["BTC/USDT", "ETH/USDT"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("written", ["BTC-USDT", "BTC/USDT", "BTC%2FUSDT"])
async def test_a_ticker_is_found_however_its_symbol_is_written(client, written):
    answer = await client.get(f"/api/v1/market/tickers/{written}")

    assert answer.status_code == 200
    assert answer.json() == {
        "symbol": "BTC/USDT",
        "source": "simulated",
        "time": "2025-01-01T13:40:00.000Z",
        "last": "119",
        "bid": "118.99",
        "ask": "119.01",
        "open_24h": "100",
        "high_24h": "119",
        "low_24h": "100",
        "volume_24h": "20000",
    }


async def test_tickers_are_those_of_every_symbol(client):
    answer = (await client.get("/api/v1/market/tickers")).json()

    assert {item["symbol"]: item["last"] for item in answer["items"]} == {"BTC/USDT": "119", "ETH/USDT": "10"}


async def test_a_symbol_that_is_not_listed_is_not_found(client):
    answer = await client.get("/api/v1/market/tickers/DOGE-USDT")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_market_that_does_not_answer_is_unavailable(api, client):
    api.exchange.fail(Unavailable("the exchange does not answer"))

    for path in ("tickers", "tickers/BTC-USDT", "order-book/BTC-USDT"):
        answer = await client.get(f"/api/v1/market/{path}")
        assert (answer.status_code, answer.json()["detail"]) == (503, "the exchange does not answer")


async def test_without_a_beginning_the_newest_candles_come_oldest_first(client):
    answer = (await client.get(f"{CANDLE_QUERY}&limit=2")).json()

    assert {name: answer[name] for name in ("symbol", "timeframe", "source", "next_cursor")} == {
        "symbol": "BTC/USDT",
        "timeframe": "5m",
        "source": "simulated",
        "next_cursor": None,
    }
    assert [item["close"] for item in answer["items"]] == ["118", "119"]
    assert answer["items"][-1] == {
        "open_time": "2025-01-01T13:35:00.000Z",
        "open": "118",
        "high": "119",
        "low": "118",
        "close": "119",
        "volume": "1000",
    }


async def test_pages_of_candles_follow_each_other_without_a_gap(client):
    found, cursor = [], ""
    while cursor is not None:
        page = (await client.get(f"{CANDLE_QUERY}&from=2025-01-01T12:00:00Z&limit=7{cursor}")).json()
        found += [item["open_time"] for item in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    assert len(found) == len(set(found)) == CANDLES
    assert found == sorted(found)


async def test_a_period_ends_before_its_end(client):
    answer = await client.get(f"{CANDLE_QUERY}&from=2025-01-01T12:00:00%2B00:00&to=2025-01-01T12:10:00Z")

    assert [item["open_time"] for item in answer.json()["items"]] == [
        "2025-01-01T12:00:00.000Z",
        "2025-01-01T12:05:00.000Z",
    ]


async def test_a_period_that_ends_before_it_begins_is_refused(client):
    answer = await client.get(f"{CANDLE_QUERY}&from=2025-01-01T12:00:00Z&to=2025-01-01T12:00:00Z")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "to", "message": "must be later than from"}]


async def test_a_symbol_without_candles_has_an_empty_page(client):
    answer = await client.get("/api/v1/market/candles?symbol=DOGE-USDT&timeframe=1h")

    assert (answer.status_code, answer.json()["items"]) == (200, [])


async def test_an_order_book_has_as_many_levels_as_asked_for(client):
    answer = (await client.get("/api/v1/market/order-book/ETH/USDT?depth=2")).json()

    assert answer["bids"] == [{"price": "9.99", "quantity": "1"}, {"price": "9.98", "quantity": "1"}]
    assert [level["price"] for level in answer["asks"]] == ["10.01", "10.02"]
    assert (answer["symbol"], answer["source"]) == ("ETH/USDT", "simulated")


async def test_listings_come_the_latest_first(api, client):
    def record(stores):
        stores.listings.add(Listing(symbol=ETH, listed_at=START))
        stores.listings.add(Listing(symbol=BTC, listed_at=START + minutes(1)))

    await api.database.write(record)

    first = (await client.get("/api/v1/market/listings?limit=1")).json()
    second = (await client.get("/api/v1/market/listings", params={"cursor": first["next_cursor"]})).json()

    assert first["items"] == [{"symbol": "BTC/USDT", "listed_at": "2025-01-01T12:01:00.000Z"}]
    assert [item["symbol"] for item in second["items"]] == ["ETH/USDT"]
