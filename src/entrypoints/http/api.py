"""The API: all endpoints, and the document that describes them."""

from functools import cache

from entrypoints.http import market, notifications, orders, portfolio, risk, service, strategies, sync, system
from entrypoints.http.endpoint import PUBLIC, Endpoint
from entrypoints.http.inputs import Nothing
from entrypoints.http.services import Services


async def get_description(services: Services, _: object, query: Nothing) -> bytes:
    """Show the description of this API (OpenAPI 3.1)."""
    return description()


ENDPOINTS: tuple[Endpoint, ...] = (
    *service.ENDPOINTS,
    Endpoint(method="GET", path="/openapi.json", access=PUBLIC, call=get_description),
    *market.ENDPOINTS,
    *orders.ENDPOINTS,
    *portfolio.ENDPOINTS,
    *risk.ENDPOINTS,
    *strategies.ENDPOINTS,
    *notifications.ENDPOINTS,
    *system.ENDPOINTS,
    *sync.ENDPOINTS,
)


@cache
def description() -> bytes:
    """The OpenAPI document, as it is served and as `openapi.json` has it."""
    from entrypoints.http.openapi import described  # what describes the API is loaded when somebody asks

    return described(ENDPOINTS)
