"""/docs: the API's description to read and try, served from here and without anything from outside."""

from pathlib import Path

from attrs import frozen
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

_STATIC = Path(__file__).parent / "static"

_REVALIDATED = "no-cache"
_IMMUTABLE = "public, max-age=31536000, immutable"


@frozen
class File:
    path: str
    media_type: str
    cache_control: str


_PAGE = File("index.html", "text/html", _REVALIDATED)
_FILES = {
    "docs.js": File("docs.js", "text/javascript", _REVALIDATED),
    "swagger-ui-5.35.0.bundle.js": File("vendor/swagger-ui-5.35.0.bundle.js", "text/javascript", _IMMUTABLE),
    "swagger-ui-5.35.0.css": File("vendor/swagger-ui-5.35.0.css", "text/css", _IMMUTABLE),
    "swagger-ui-5.35.0.LICENSE.txt": File("vendor/swagger-ui-5.35.0.LICENSE.txt", "text/plain", _IMMUTABLE),
}


async def page(request: Request) -> Response:
    return _answer(_PAGE)


async def file(request: Request) -> Response:
    found = _FILES.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return _answer(found)


def _answer(found: File) -> Response:
    headers = {"cache-control": found.cache_control}
    return FileResponse(_STATIC / found.path, media_type=found.media_type, headers=headers)


routes: list[BaseRoute] = [Route("/docs", page), Route("/docs/{name}", file)]
