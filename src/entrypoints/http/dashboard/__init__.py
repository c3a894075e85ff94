"""The dashboard: one page for the operator, without anything from outside."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from entrypoints.http.dashboard.assets import ASSETS, PAGE, Asset


async def page(request: Request) -> Response:
    return _answer(request, PAGE)


async def asset(request: Request) -> Response:
    found = ASSETS.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return _answer(request, found)


def _answer(request: Request, wanted: Asset) -> Response:
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {wanted.etag, "*"}:
        return Response(status_code=304, headers={k: v for k, v in wanted.headers.items() if k != "content-type"})
    return Response(wanted.content, headers=wanted.headers)


routes = [Route("/", page), Route("/assets/{name}", asset)]
